#!/usr/bin/env python3
"""Mutation testing: changes one operator at a time and looks whether a test fails.

    Tests/mutation.py FOLDER [--sources rules|kernels] [--sample N] [--seed S] [--list]

All mutants are compiled at once: in a copy of the package in FOLDER each body of a function becomes a switch over the
number that ARCHCALC_MUTANT has, with a mutated body for each of its mutants and the original one otherwise. One build
serves for all; mutants that do not compile are taken out, and do not count. Prints each mutant that survives, and the
share of those that are killed: by a failing test, a crash, or by not ending in twenty times the usual time.
"""
import argparse
import concurrent.futures
import filecmp
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What is mutated, and the tests that must notice: those of the first stage are quick, and most mutants end there.
SETS = {
    "rules": (
        ["Sources/ArchCost/Rules/*.swift", "Sources/ArchIR/ShapeInference*.swift", "Sources/ArchIR/Tensor/TensorOp+Shape.swift"],
        ["ArchIRTests", "ArchCostTests", "ReferenceTests", "ArchONNXTests"],
        [("ArchIRTests|ArchCostTests", "ZooSquare"), ("ReferenceTests|ArchONNXTests|ZooSquare", None)],
    ),
    "kernels": (
        ["Sources/Microkernels/*.swift", "Sources/Microkernels/Tiles/*.swift", "Sources/Microkernels/Winograd/*.swift",
         "Sources/ArchRuntime/Operators/*.swift", "Sources/ArchRuntime/Operators/RowMajor/*.swift", "Sources/ArchRuntime/Tensors/*.swift",
         "Sources/ArchRuntime/Batches/*.swift"],
        ["ArchRuntimeTests"],
        [("ArchRuntimeTests", None)],
    ),
}

# Operators with blanks around them are binary; each change is one mutant.
CHANGES = [
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "), (r" \* ", " + "), (r" / ", " * "), (r" % ", " / "),
    (r" &\+ ", " &- "), (r" &- ", " &+ "), (r" &\* ", " &+ "), (r" \+= ", " -= "), (r" -= ", " += "),
    (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "), (r" == ", " != "), (r" != ", " == "),
    (r" && ", " || "), (r" \|\| ", " && "), (r"\.\.<", "..."), (r"\bmin\(", "max("), (r"\bmax\(", "min("),
    (r"\bfloorDivided\(", "exactlyDivided("), (r"\.before\b", ".after"), (r"\.after\b", ".before"),
    (r"\bshapes\.input\b", "shapes.output"), (r"\bshapes\.output\b", "shapes.input"),
    (r"\binputElements\b", "outputElements"), (r"\boutputElements\b", "inputElements"),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r" [+-] [A-Za-z_.]+(\([^()]*\)|\[[^\[\]]*\])?(?=[ ,)\n]|$)", ""),  # a term is removed
]
# Changes that change nothing: (end of the path, what the line matches, what is replaced, why).
SAME_SHAPE = r"shapes\.(input|output)$|(input|output)Elements$"
EQUIVALENT = [
    ("Normalization+Cost.swift", r"", SAME_SHAPE, "a normalisation keeps its input's shape"),
    ("CostRule.swift", r"\.activation|\.(scaled|multiplications)\b|normalization =", SAME_SHAPE, "these keep their input's shape"),
    ("TensorOp+Cost.swift", r"softmax|leakyRelu|var rows|factors =|normalizationParameterUses|groupNorm", SAME_SHAPE, "these keep their input's shape"),
    ("TensorOp+Cost.swift", r"let steps =", SAME_SHAPE, "a sequence keeps its first extent, and only the second may move"),
    ("Convolution+Cost.swift", r"\.batch\b|\.rank\b", SAME_SHAPE, "a layer keeps the batch and the rank"),
]
OPTIMISED = ["-c", "release", "-Xswiftc", "-enable-testing"]  # the tests run ten times as fast
NUMBER = re.compile(r"(?<![\w.$\"])(\d+)(?![\w.\"])")
STATEMENT = re.compile(r"^\s*try (cost\.|require)[^\n{]*$")
DECLARATION = re.compile(
    r"^ *(?:@\w+(?:\([^)]*\))? +)*(?:(?:public|private|fileprivate|internal|mutating|nonmutating|static|override|convenience) +)*"
    r"(?:func\b|init[(<?]|subscript\b|var +\w+ *:)", re.M)


def without_strings(text):
    """The text with strings and comments blanked out, its places unchanged."""
    def blank(match):
        return re.sub(r"[^\n]", "_", match.group())
    return re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text)


def bodies(text):
    """The places of the bodies of functions, initialisers and computed properties, braces excluded."""
    plain, end = without_strings(text), 0
    for match in DECLARATION.finditer(plain):
        if match.start() < end:
            continue  # within another body
        place, depth = match.end() - 1, 0
        while place < len(plain):
            character = plain[place]
            if character in "([":
                depth += 1
            elif character in ")]":
                depth -= 1
            elif character == "{" and depth == 0:
                break
            elif character == "\n" and depth == 0 and "var" in match.group() and not plain[place:].lstrip().startswith("{"):
                place = len(plain)
            elif character == "=" and depth == 0 and "var" in match.group():
                place = len(plain)
            place += 1
        if place >= len(plain):
            continue
        start, depth = place + 1, 1
        while depth:
            place += 1
            depth += {"{": 1, "}": -1}.get(plain[place], 0)
        end = place
        if not re.match(r"\s*(get|set|willSet|didSet)\b", plain[start:end]):
            yield start, end


def mutants(path):
    """(start of the body, its end, place, length, replacement) of each mutant of a file."""
    text = path.read_text()
    plain = without_strings(text)
    for start, end in bodies(text):
        body = plain[start:end]
        for pattern, replacement in CHANGES:
            for match in re.finditer(pattern, body):
                yield start, end, start + match.start(), len(match.group()), replacement
        for match in NUMBER.finditer(body):
            value = int(match.group())
            yield start, end, start + match.start(), len(match.group()), str(value + 1)
            if value > 0:
                yield start, end, start + match.start(), len(match.group()), str(value - 1)
        place = 0
        for line in body.splitlines(keepends=True):
            if STATEMENT.match(line) and line.count("(") == line.count(")"):
                yield start, end, start + place, len(line.rstrip("\n")), ""
            place += len(line)


def is_equivalent(path, mutant):
    text, (_, _, place, length, _) = (ROOT / path).read_text(), mutant
    line = text[text.rfind("\n", 0, place) + 1:text.find("\n", place)]
    return any(path.endswith(end) and re.search(pattern, line) and re.search(replaced, text[place:place + length])
               for end, pattern, replaced, _ in EQUIVALENT)


def write(folder, path, chosen):
    """The file with its mutants; returns the mutant of each line that one stands on."""
    text = (ROOT / path).read_text()
    result, lines, done = "", {}, 0
    for start, end in bodies(text):
        own = [(number, m) for number, m in chosen if m[0] == start]
        if not own:
            continue
        result += text[done:start] + "\nswitch archcalcMutant {\n"
        for number, (_, _, place, length, replacement) in own:
            body = text[start:place] + replacement + text[place + length:end]
            first = result.count("\n") + 1
            result += f"case {number}:\n{body if body.strip() else 'break'}\n"
            for line in range(first, result.count("\n") + 1):
                lines[line] = number
        result += f"default:\n{text[start:end]}\n}}\n"
        done = end
    (folder / path).write_text(result + text[done:])
    return lines


def copy(source, target):
    """Leaves files alone that are the same, so that they are not built again."""
    if not (pathlib.Path(target).exists() and filecmp.cmp(source, target, shallow=False)):
        shutil.copy2(source, target)


def prepare(folder, tests):
    """A copy of the package with the tests that are asked for and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["Sources", "Tests", "Specs", "Benchmarks", "Docs", "README.md", "Package.swift"]:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, copy_function=copy)
        elif name != "Package.swift":
            copy(source, target)
    package = (ROOT / "Package.swift").read_text()
    blocks = {}
    for match in re.finditer(r"    \.(?:target|testTarget|executableTarget)\(", package):
        place, depth = match.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(package[place], 0)
            place += 1
        block = package[match.start():place]
        blocks[re.search(r'name: "([^"]+)"', block).group(1)] = block
    needed, pending = set(), list(tests)
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            listed = re.search(r"dependencies: \[([^\]]*)\]", blocks[name])
            pending += re.findall(r'"([^"]+)"', listed.group(1)) if listed else []
    for name, block in blocks.items():
        if name not in needed:
            package = package.replace(block + ",\n", "").replace(block + "\n", "")
    package = re.sub(r'    \.library\(name: "(\w+)".*\n', lambda m: m.group() if m.group(1) in needed else "", package)
    if not (folder / "Package.swift").exists() or (folder / "Package.swift").read_text() != package:
        (folder / "Package.swift").write_text(package)


def build(folder, chosen, modules):
    """Builds, taking out what does not compile; returns the mutants that are left."""
    for module in modules:
        (folder / "Sources" / module / "Mutant.swift").write_text(
            "#if canImport(Darwin)\nimport Darwin\n#else\nimport Glibc\n#endif\n\n"
            'public let archcalcMutant = getenv("ARCHCALC_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0\n')
    while True:
        places = {}
        for path in sorted({path for path, _ in chosen.values()}):
            lines = write(folder, path, [(number, m) for number, (p, m) in sorted(chosen.items()) if p == path])
            places[str(folder / path)] = lines
        run = subprocess.run(["swift", "build", "--build-tests", *OPTIMISED], cwd=folder, capture_output=True, text=True)
        if run.returncode == 0:
            return chosen
        bad = set()
        for file, line in re.findall(r"^(/[^\n:]+):(\d+):\d+: error:", run.stdout + run.stderr, re.M):
            number = places.get(file, {}).get(int(line))
            if number:
                bad.add(number)
        if not bad:
            sys.exit("the build fails, and not for a mutant:\n" + (run.stdout + run.stderr)[-4000:])
        print(f"{len(bad)} mutants do not compile", flush=True)
        for number in bad:
            del chosen[number]


def run(folder, number, stages, limit):
    """Whether a test fails: its name, '' if none does."""
    binary = next((folder / ".build/release").glob("*PackageTests.xctest"))
    for wanted, unwanted in stages:
        command = [str(binary), "--testing-library", "swift-testing", "--filter", wanted]
        if unwanted:
            command += ["--skip", unwanted]
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env={**os.environ, "ARCHCALC_MUTANT": str(number), "SWIFT_BACKTRACE": "enable=no"}, start_new_session=True)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            def first():
                for line in process.stdout:
                    if "recorded an issue" in line:
                        return line.split("Test ", 1)[-1].strip()[:100]
                return ""
            found = pool.submit(first)
            try:
                name = found.result(timeout=limit)
            except concurrent.futures.TimeoutError:
                name = "(does not end)"
            if name:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if name:
            return name
        if process.returncode != 0:
            return f"(ends with {process.returncode})"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sources", choices=SETS, default="rules")
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn at random; all without")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="numbers of mutants, with commas")
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    options = parser.parse_args()
    folder = options.folder.resolve()
    globs, tests, stages = SETS[options.sources]
    paths = sorted(p.relative_to(ROOT) for pattern in globs for p in ROOT.glob(pattern))
    everything = [
        (str(path), mutant) for path in paths for mutant in mutants(ROOT / path) if not is_equivalent(str(path), mutant)]
    chosen = dict(enumerate(everything, 1))
    if options.only:
        chosen = {n: chosen[n] for n in map(int, options.only.split(","))}
    elif options.sample:
        chosen = {n: chosen[n] for n in sorted(random.Random(options.seed).sample(sorted(chosen), min(options.sample, len(chosen))))}

    def shown(number):
        path, (start, _, place, length, replacement) = chosen[number]
        text = (ROOT / path).read_text()
        low, high = text.rfind("\n", 0, place) + 1, text.find("\n", place + length)
        line = text[low:place] + f"[{text[place:place + length].strip()} → {replacement.strip()}]" + text[place + length:high]
        return f"{number} {path}:{text.count(chr(10), 0, place) + 1} {line.strip()}"

    if options.list:
        for number in chosen:
            print(shown(number))
        return
    prepare(folder, tests)
    chosen = build(folder, chosen, sorted({path.split("/")[1] for path, _ in chosen.values()}))
    start = time.time()
    failure = run(folder, 0, stages, 600)
    if failure:
        sys.exit(f"the tests fail without a mutant: {failure}")
    usual = time.time() - start
    print(f"{len(chosen)} mutants of {len(everything)} that there are; the tests take {usual:.0f} s", flush=True)
    killed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {number: pool.submit(run, folder, number, stages, max(60, 20 * usual)) for number in chosen}
        for number, future in runs.items():
            name = future.result()
            killed += bool(name)
            print(("killed   " + shown(number) + " by " + name) if name else "SURVIVED " + shown(number), flush=True)
    print(f"{killed} of {len(chosen)} killed: {100 * killed / max(1, len(chosen)):.1f} %")


if __name__ == "__main__":
    main()
