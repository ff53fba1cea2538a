"""Sliders: a page recomputes what the command counts, to the last digit."""
import json
import os

from browser_tools import WORK, archcalc, check, is_quiet, report, set_field


def sliders(page):
    path = report("resnext50", "resnext50")
    page.open(path)
    is_quiet(page, path, "the page")
    check(os.path.getsize(path) < 500_000, "a page is under 500 KB")
    settings = [(32, 4, 224, 1000, "macs"), (64, 4, 224, 1000, "fvcore"), (1, 64, 320, 21841, "ptflops"), (8, 14, 96, 10, "keras")]
    for cardinality, width, resolution, classes, convention in settings:
        page.run(f"""(() => {{ const choice = document.getElementById("convention"); choice.value = "{convention}";
            choice.dispatchEvent(new Event("change")); }})()""")
        options = dict(cardinality=cardinality, width=width, resolution=resolution, classes=classes)
        for name, value in options.items():
            set_field(page, name, value)
        command = json.loads(archcalc("resnext50", *(f"--{name}={value}" for name, value in options.items()), "--convention", convention, "--json"))
        totals = page.run("archcalc.totals()")
        there = command["totals"]
        here = {
            "params": there["params"]["trainable"], "conventionParams": there["count_params"], "macs": there["macs"], "flops": there["flops"],
            "count": there["count"], "activations": there["activation_elements"], "traffic": there["traffic_bytes"],
            "peak": there["peak_activation_bytes"], "weightBytes": 4 * (there["params"]["trainable"] + there["params"]["buffers"]),
        }
        for key, value in here.items():
            check(totals[key] == str(value), f"{options} {convention}: {key} is {totals[key]} here and {value} there")
        shown = page.run('document.querySelector("[data-figure=macs] .exact").textContent')
        check(shown == f"{there['macs']:,}", f"what is shown, {shown}, is what is computed")
    page.run("""(() => { const slider = document.querySelector("input[type=range]"); slider.value = 15;
        slider.dispatchEvent(new Event("input")); })()""")
    check(page.run('document.getElementById("set-cardinality").value') == "16", "the slider moves the field")
    for value, words in (("0", "at least 1"), ("2000", "at most 1024"), ("x", "must be a number"), ("1.5", "must be an integer")):
        set_field(page, "cardinality", value)
        check(words in page.run('document.getElementById("status").textContent'), f"{value} is refused: {words}")
    page.run('document.getElementById("reset").click()')
    check(page.run('document.getElementById("status").textContent') == "", "reset mends it")
    check(page.errors == [], f"moving sliders: {page.errors}")


def agrees(page, options, command):
    """The totals of the page are those of the program."""
    there = json.loads(archcalc(*command, *(f"--{name}={value}" for name, value in options.items()), "--json"))["totals"]
    for name, value in options.items():
        page.run(f"""(() => {{ const field = document.getElementById("set-{name}"); field.value = "{value}";
            field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", {{ bubbles: true }})); }})()""")
    here = page.run("archcalc.totals()")
    expected = {"params": there["params"]["trainable"], "macs": there["macs"], "activations": there["activation_elements"],
                "peak": there["peak_activation_bytes"]}
    for key, value in expected.items():
        check(page.run('document.getElementById("status").textContent') == "" and here[key] == str(value),
              f"{command} {options}: {key} is {here[key]} here and {value} there")


def cases(page):
    """Where a parameter decides what the network is, the page has the closed forms of each case that a control reaches."""
    for network, settings in {
        "resnet50": [{"option": "C"}, {"resolution": 100}, {"strided": "1x1", "option": "A"}, {"option": "B", "resolution": 225, "widen": 2}],
        "xception": [{"resolution": 320}, {"keras": "true"}],
        "densenet40": [{"bottleneck": "true"}, {"bottleneck": "false", "resolution": 45}, {"resolution": 64, "growth": 7}],
        "mobilenet_v3_large": [{"alpha": "0.35"}, {"alpha": 2}],
        "efficientnet_b0": [{"depth": "1.8", "width": "1.4", "resolution": 380}],
        "resnext29": [{"layers": 38}, {"cardinality": 5, "width": 3, "resolution": 40}],
        "sumfusion_block": [{"L": 7}, {"L": 64}],
    }.items():
        path = report(network, network)
        check(os.path.getsize(path) < 500_000, f"the page of {network} has {os.path.getsize(path)} bytes")
        page.open(path)
        is_quiet(page, path, network)
        page.run('document.getElementById("unfold").click()')
        for options in settings:
            agrees(page, options, [network])
            page.run('document.getElementById("reset").click()')
        is_quiet(page, path, f"{network}, moved")
    page.open(WORK / "densenet40.html")
    set_field(page, "resolution", 45)
    set_field(page, "compression", 0.3)
    set_field(page, "layers", 160)
    told = page.run('document.getElementById("status").textContent')
    check(told == "", f"every number of layers is on the page: {told}")
    set_field(page, "layers", 3)
    told = page.run('document.getElementById("status").textContent')
    check("archcalc densenet40 --layers 3" in told, f"what is not on the page is with the command: {told}")


def copies(page):
    """Layers that take more with each copy are the program's, one by one, for any number of them."""
    spec = WORK / "growing.arch"
    spec.write_text("""param n = 3 in 1..400
param a = 2
network growing {
  input(4, 32, 32)
  conv(3x3, 8)
  part: pyramid
  repeat n { concat {} { bn -> conv(3x3, a) } } -> bn
  fusion: add { slice(i, 2) -> conv(1x1, 6) } times n as i
  repeat 2 { conv(1x1, 4) -> repeat n as i { concat {} { conv(1x1, a + i) } } -> conv(1x1, 6) }
  avgpool(global) -> linear(10)
}
block layer { bn -> relu -> add { conv(3x3, in + a) } shortcut { padchannels(0, a) } }
block pyramid { repeat n as i { b: layer } -> relu }
""")
    for command, settings in {
        ("densenet40",): [{"layers": 100}, {"layers": 7, "growth": 5}, {"bottleneck": "true", "layers": 130}],
        ("densenet_bc100",): [{"layers": 40, "growth": 24}, {"layers": 250, "compression": "0.35"}],
        ("densenet_bc190",): [{"layers": 256}],
        ("densenet_bc250",): [{"layers": 4}, {"layers": 10}, {"layers": 1000}],
        (str(spec), "growing"): [{"n": 1}, {"n": 7, "a": 3}, {"n": 60}],
    }.items():
        path = report(command[-1], *command)
        check(os.path.getsize(path) < 200_000, f"the page of {command} has {os.path.getsize(path)} bytes")
        page.open(path)
        for options in settings:
            page.run('document.getElementById("reset").click()')
            agrees(page, options, command)
            there = json.loads(archcalc(*command, *(f"--{name}={value}" for name, value in options.items()), "--json"))["layers"]
            expected = {layer["name"]: [layer["name"], layer["output"][1:], str(layer["params"]), str(layer["macs"])] for layer in there}
            here = page.run("archcalc.layers()")
            alone = [layer[:4] for layer in here if layer[4] == "1"]
            check(len(alone) > len(here) / 2, f"{command} {options}: {len(alone)} of {len(here)} layers stand by themselves")
            if len(alone) == len(here):
                check([layer[0] for layer in here] == [layer["name"] for layer in there], f"{command} {options}: the layers are in their order")
            for layer in alone:
                check(layer == expected.get(layer[0]), f"{command} {options}: {layer} here and {expected.get(layer[0])} there")
            formulas = page.run("archcalc.formulas()")
            totals = page.run("archcalc.totals()")
            check(formulas == {"params": totals["params"], "macs": totals["macs"], "activations": totals["activations"]},
                  f"{command} {options}: the closed forms have {formulas}, the layers {totals}")
        is_quiet(page, path, f"{command}, moved")
    page.open(WORK / "densenet_bc250.html")
    page.run("""Array.from(document.querySelectorAll("#layers tbody tr")).find((row) => row.children[1]?.textContent === "block1.3.conv1").click()""")
    detail = page.run('document.getElementById("detail").textContent')
    check("i = 2" in detail, f"the number of the copy is told: {detail}")
    set_field(page, "layers", 100)
    check(page.run('document.querySelector("#layers tr.selected").children[1].textContent') == "block1.3.conv1", "what is selected stays so")
    set_field(page, "layers", 1000)
    slide = """const field = document.getElementById("set-growth");
        for (let i = 1; i <= 5; i++) { field.value = 8 + i; field.dispatchEvent(new Event("input", { bubbles: true })); }"""
    duration = page.run(f"(() => {{ const start = performance.now(); {slide}; document.body.offsetHeight; return (performance.now() - start) / 5; }})()")
    check(duration < 400, f"a step of a slider takes {duration:.0f} ms with 3,500 layers")
    set_field(page, "layers", 100000)
    told = page.run('document.getElementById("status").textContent')
    check("more than 40000 layers" in told, f"there are no networks without end: {told}")
