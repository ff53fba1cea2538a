"""What the tests of the pages have in common."""
import os
import pathlib
import subprocess
import sys
import tempfile

ARCHCALC = os.path.abspath(sys.argv[1])
SCREENSHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
WORK = pathlib.Path(tempfile.mkdtemp())
passed = 0


def archcalc(*arguments):
    return subprocess.run([ARCHCALC, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def report(name, *arguments):
    path = WORK / f"{name}.html"
    archcalc("report", *arguments, "-o", path)
    return path


def check(condition, what):
    global passed
    if not condition:
        raise SystemExit(f"browser: {what}")
    passed += 1


def set_field(page, name, value):
    page.run(f"""(() => {{ const field = document.getElementById("set-{name}"); field.value = "{value}";
        field.dispatchEvent(new Event("input", {{ bubbles: true }})); }})()""")


def is_quiet(page, path, what):
    check(page.errors == [], f"{what}: {page.errors}")
    check(page.requests == ["file://" + os.path.abspath(path)], f"{what} asks for {page.requests}")


def wide(page):
    """Whether the page is wider than the window, which a phone would have to scroll sideways."""
    return page.run("document.documentElement.scrollWidth > innerWidth")
