"""Tests the pages of `archcalc report` in headless Chromium: browser.py ARCHCALC [FOLDER_FOR_SCREENSHOTS]"""
import json
import os
import pathlib
import time

import browser_tools
from browser_sliders import cases, copies, sliders
from browser_tools import ARCHCALC, SCREENSHOTS, WORK, archcalc, check, is_quiet, report, wide
from chromium import Page


def table(page):
    rows = 'Array.from(document.querySelectorAll("#layers tbody tr[data-node]"))'
    page.open(WORK / "resnext50.html")
    page.run("""document.querySelector('th[data-key="count"] button').click()""")
    check(page.run("""document.querySelector('th[data-key="count"]').ariaSort""") == "descending", "the order is told")
    counts = page.run(f"{rows}.map((row) => Number(row.children[6].title.replaceAll(',', '')))")
    check(len(counts) > 8 and counts == sorted(counts, reverse=True) and counts[0] > 1e8, f"sorted: {counts}")
    page.run("""document.querySelector('th[data-key="count"] button').click()""")
    counts = page.run(f"{rows}.map((row) => Number(row.children[6].title.replaceAll(',', '')))")
    check(counts == sorted(counts), "sorted the other way")
    page.run("""(() => { const filter = document.getElementById("filter"); filter.value = "conv3 3×3";
        filter.dispatchEvent(new Event("input")); })()""")
    names = page.run(f"{rows}.map((row) => row.children[1].textContent)")
    check(sorted(names) == ["conv3.1.conv2", "conv3.2…4.conv2"], f"filtered: {names}")


def linking(page):
    page.open(WORK / "resnext50.html")
    boxes = 'document.querySelectorAll("#graph .box").length'
    folded = page.run(boxes)
    check(folded == 7, f"stages are folded at first: {folded} boxes")
    page.run("""document.querySelector('#graph [aria-label^="conv2,"]').dispatchEvent(new MouseEvent("click", { bubbles: true }))""")
    check(page.run(boxes) > folded, "a stage unfolds")
    page.run("""document.getElementById("fold").click()""")
    check(page.run(boxes) == folded, "all fold")
    page.run("""Array.from(document.querySelectorAll("#layers tbody tr")).find((row) => row.children[1]?.textContent === "conv2.1.conv2").click()""")
    check(page.run('document.querySelector("#graph .selected").getAttribute("aria-label")').startswith("conv2.1.conv2,"), "a row shows its box")
    check("3×3 s" not in page.run('document.getElementById("detail").textContent'), "the detail is of the layer")
    check("conv2.1.conv2" in page.run('document.getElementById("detail").textContent'), "the layer's closed forms are shown")
    page.run("""document.getElementById("unfold").click()""")
    page.run("""document.querySelector('#graph [aria-label^="conv5.1.shortcut.conv,"]').dispatchEvent(new MouseEvent("click", { bubbles: true }))""")
    check(page.run('document.querySelector("#layers tr.selected").children[1].textContent') == "conv5.1.shortcut.conv", "a box shows its row")
    page.run('document.getElementById("layers").focus()')
    page.key("ArrowDown")
    check(page.run('document.querySelector("#layers tr.selected").children[1].textContent') == "conv5.1.shortcut.bn", "keys move the selection")
    page.run("""document.querySelector('#graph .fold').dispatchEvent(new MouseEvent("click", { bubbles: true }))""")
    check(page.errors == [], f"linking: {page.errors}")


def comparison(page):
    path = report("three", "resnet50", "resnext50", "--cardinality", "16", "mobilenet_v2")
    page.open(path)
    is_quiet(page, path, "three networks")
    heads = page.run('Array.from(document.querySelectorAll("#comparison-table thead th")).map((head) => head.textContent)')
    check(heads == ["resnet50", "resnext50", "mobilenet_v2"], f"side by side: {heads}")
    page.run("""document.querySelector('#networks [data-name="mobilenet_v2"]').click()""")
    macs = json.loads(archcalc("mobilenet_v2", "--json"))["totals"]["macs"]
    check(page.run("archcalc.totals().macs") == str(macs), "the tab shows its network")


def measured(page):
    run = WORK / "run.json"
    run.write_text(archcalc("run", "resnet18", "--input", "3x64x64", "--json"))
    path = report("run", "resnet18", "--input", "3x64x64", "--run", run)
    page.open(path)
    is_quiet(page, path, "a page with a run")
    check(page.run('document.querySelectorAll("#roofline circle").length') >= 15, "the roofline has the layers")
    check(page.run('document.querySelectorAll("#scatter circle").length') >= 15, "predicted against measured has the layers")
    facts = page.run('document.getElementById("run-facts").textContent')
    check("other settings" not in facts, f"the run is of these settings: {facts}")
    check("time" in page.run('document.querySelector("#layers thead").textContent'), "the table has the times")


def onnx(name, count):
    """A model of `count` activations in a row, called `name`, and built here byte by byte."""
    def field(number, data):
        if isinstance(data, int):
            return bytes([number << 3]) + varint(data)
        data = data.encode() if isinstance(data, str) else data
        return bytes([number << 3 | 2]) + varint(len(data)) + data

    def varint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])

    def value(tensor):
        extents = b"".join(field(1, field(1, extent)) for extent in (1, 3, 8, 8))
        return field(1, tensor) + field(2, field(1, field(1, 1) + field(2, extents)))

    nodes = b"".join(
        field(1, field(1, f"t{i}") + field(2, f"t{i + 1}") + field(3, f"{name}{i}") + field(4, "Relu")) for i in range(count))
    graph = nodes + field(2, name) + field(11, value("t0")) + field(12, value(f"t{count}"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def hostile(page):
    attack = "</script><img src=x onerror=window.pwned=1><svg onload=alert(1)>"
    model = WORK / "hostile.onnx"
    model.write_bytes(onnx(attack, 3))
    spec = WORK / "hostile.arch"
    text = attack.replace('"', "")
    spec.write_text(f'title "{text}"\npaper "{text} --> <!-- {{{{script}}}}"\nvariant "{text}"\n\nparam width = 4  /// {text}\n\n'
                    f"/// {text}\nnetwork evil {{\n  input(3, 8, 8)\n  conv(3x3, width)\n}}\n")
    run = WORK / "hostile.json"
    run.write_text(json.dumps({"schema": "archcalc.run/1", "network": "evil", "isa": attack, "macs": 0, "threads": attack, "machine": {}, "layers": [{"name": attack, "macs": 1, "bytes": 1, "seconds": 1}]}))
    verification = WORK / "hostile-verify.json"
    verification.write_text(json.dumps({"schema": "archcalc.verify/1", "claims": [{"network": "evil", "claim": attack, "verdict": attack}]}))
    path = report("hostile", spec, model, "--run", run, "--verify", verification)
    page.open(path)
    is_quiet(page, path, "hostile names")
    page.run("""document.getElementById("unfold").click()""")
    page.run("""document.querySelectorAll("#networks button")[1].click()""")
    page.run("""document.getElementById("unfold").click()""")
    page.run("""document.querySelectorAll("#layers tbody tr[data-node]")[1].click()""")
    check(page.run("document.title").startswith("evil"), "the title is a text")
    check("script><img src=x onerror=" in page.run('document.getElementById("layers").textContent'), "the names are shown as they are")
    time.sleep(0.2)
    check(page.run("window.pwned === undefined && document.images.length === 0") and page.dialogs == 0, "hostile names execute nothing")
    check(page.run('document.querySelectorAll("script").length') == 2, "no script came with the names")
    is_quiet(page, path, "hostile names, used")


def thousand(page):
    model = WORK / "thousand.onnx"
    model.write_bytes(onnx("layer", 1000))
    path = report("thousand", model)
    check(os.path.getsize(path) < 500_000, f"a page of 1,000 layers is under 500 KB, not {os.path.getsize(path)}")
    page.open(path)
    is_quiet(page, path, "a thousand layers")
    check(page.run('document.querySelectorAll("#layers tbody tr").length') < 100, "only rows in sight are elements")
    duration = page.run("""(() => { const start = performance.now(); const layers = document.getElementById("layers");
        for (let i = 0; i < 20; i++) { layers.scrollTop = i * 1400; layers.dispatchEvent(new Event("scroll")); layers.offsetHeight; }
        return (performance.now() - start) / 20; })()""")
    check(duration < 50, f"scrolling takes {duration:.1f} ms a step")
    page.run('document.getElementById("layers").scrollTop = 1e6')
    page.wait("""document.querySelector("#layers tbody").textContent.includes("layer999")""")


def deep(page):
    """A specification of more than a thousand layers, each of another width, unfolded: everything answers at once."""
    spec = WORK / "deep.arch"
    stages = "".join(
        f"  stage{i}: add {{ conv(3x3, width + {i}) -> bn -> relu -> conv(3x3, width + {i}) -> bn -> relu -> conv(1x1, width + {i}) -> bn }} "
        f"shortcut {{ conv(1x1, width + {i}) }} -> relu\n" for i in range(1, 121))
    spec.write_text(f"param width = 8\nnetwork deep {{\n  input(3, 32, 32)\n{stages}  head: avgpool(global) -> linear(10)\n}}\n")
    path = report("deep", spec)
    check(os.path.getsize(path) < 500_000, f"{os.path.getsize(path)} bytes for 1,300 layers")
    page.open(path)
    is_quiet(page, path, "a deep network")

    def milliseconds(script):
        return page.run(f"(() => {{ const start = performance.now(); {script}; document.body.offsetHeight; return performance.now() - start; }})()")

    times = {"unfolding": milliseconds('document.getElementById("unfold").click()')}
    check(page.run('document.querySelectorAll("#graph .box").length') > 1300, "all layers are boxes")
    slide = """const field = document.getElementById("set-width");
        for (let i = 1; i <= 10; i++) { field.value = 8 + i; field.dispatchEvent(new Event("input", { bubbles: true })); }"""
    times["a step of a slider"] = milliseconds(slide) / 10
    macs = json.loads(archcalc(spec, "--width", "18", "--json"))["totals"]["macs"]
    check(page.run("archcalc.totals().macs") == str(macs), "the totals follow at once")
    page.wait(f"""document.querySelector("#formulas").textContent.includes("{macs:,}")""")
    times["sorting"] = milliseconds("""document.querySelector('th[data-key="count"] button').click()""")
    times["filtering"] = milliseconds("""const filter = document.getElementById("filter"); filter.value = "stage77"; filter.dispatchEvent(new Event("input"))""")
    for what, time in times.items():
        check(time < (3000 if what == "unfolding" else 150), f"{what} takes {time:.0f} ms in a deep network")
    check(page.errors == [], f"a deep network: {page.errors}")


def drawings(page):
    """Every text of the committed drawings lies within its picture, and on no other."""
    for path in sorted((pathlib.Path(__file__).parent.parent / "Reports" / "charts").glob("*.svg")):
        page.open(path)
        problems = page.run("""(() => { const { width, height } = document.documentElement.viewBox.baseVal;
            const texts = Array.from(document.querySelectorAll("text")).map((text) => [text.textContent, text.getBoundingClientRect()]);
            const out = texts.filter(([, box]) => box.left < 0 || box.top < 0 || box.right > width || box.bottom > height).map(([text]) => text + " is cut off");
            texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
              if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4) out.push(`${a} is on ${b}`); }));
            return out; })()""")
        check(problems == [], f"{path.name}: {problems}")
        if SCREENSHOTS:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(SCREENSHOTS / f"{path.stem}.png", whole=False)


def accessible(page):
    """What axe-core finds: nothing, at any width, light and dark."""
    import axe_core_python
    axe = (pathlib.Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
    for name in ("run", "three"):
        for width, theme in ((1280, "light"), (400, "dark")):
            page.size(width, 900, width == 400)
            page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": theme}])
            page.open(WORK / f"{name}.html")
            page.run('document.getElementById("unfold").click()')
            page.run("""document.querySelectorAll("#layers tbody tr[data-node]")[4].click()""")
            page.run(axe + ";1")
            found = page.run("axe.run().then((result) => result.violations.map((rule) => [rule.id, rule.nodes[0].html.slice(0, 120)]))")
            check(found == [], f"{name} at {width} px, {theme}: {found}")
    page.call("Emulation.setEmulatedMedia", media="", features=[])
    page.size(1280, 900)


def widths(page):
    for width, is_phone in ((400, True), (1280, False), (1920, False)):
        page.size(width, 900, is_phone)
        for name in ("resnext50", "three", "run", "thousand", "hostile"):
            page.open(WORK / f"{name}.html")
            check(not wide(page), f"{name} fits {width} px")
            check(page.errors == [], f"{name} at {width} px: {page.errors}")
            if SCREENSHOTS:
                SCREENSHOTS.mkdir(parents=True, exist_ok=True)
                page.screenshot(SCREENSHOTS / f"{name}-{width}.png")
    page.size(1280, 900)
    page.open(WORK / "three.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.run(ground)
    page.run('document.getElementById("theme").click()')
    check(page.run(ground) != light, "light and dark")
    if SCREENSHOTS:
        page.run('document.getElementById("unfold").click()')
        page.screenshot(SCREENSHOTS / "dark-1280.png")
    names = page.run("""Array.from(document.querySelectorAll("button, select, input")).filter((control) =>
        !(control.textContent || control.ariaLabel || control.labels?.length)).length""")
    check(names == 0, "every control has a name")


def zoo(page):
    start = time.monotonic()
    path = report("zoo", "--all")
    duration = time.monotonic() - start
    if "release" in ARCHCALC:
        check(duration < 10, f"the whole zoo takes {duration:.1f} s")
    page.open(path)
    is_quiet(page, path, "the zoo")
    differences = page.run("archcalc.differences()")
    check(differences == [], f"the page computes what the command counts: {differences}")
    sizes = page.run("""JSON.parse(document.getElementById("data").textContent).networks.map((network) => [network.name, JSON.stringify(network).length])""")
    check(len(sizes) > 100 and max(size for _, size in sizes) < 400_000, f"the greatest: {max(sizes, key=lambda entry: entry[1])}")


def main():
    page = Page()
    try:
        for test in (sliders, cases, copies, table, linking, comparison, measured, hostile, thousand, deep, drawings, accessible, widths, zoo):
            test(page)
    finally:
        page.close()
    print(f"browser: {browser_tools.passed} passed, 0 failed")


main()
