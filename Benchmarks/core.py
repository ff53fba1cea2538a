#!/usr/bin/env python3
"""Times the release binary as whole processes and prints medians beside the limits that the project sets itself.

    python3 Benchmarks/core.py [--runs N]

Standard library only. Builds the release configuration first. Exit status 1 if a median is over its limit.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / ".build" / "release"

DEEP = """param n = 5000
block unit() {
  add {
    conv(3x3, 64) -> bn -> relu
  } {}
}
network deep {
  input(64, 32, 32)
  repeat n { unit }
}
"""


def large_model(path, tensors=56, extent=1024):
    """Writes an ONNX model of tensors of 9 MB, convolutions in a row, as its bytes: a length and what it is of."""
    def varint(value):
        text = b""
        while value >= 0x80:
            text, value = text + bytes([value & 0x7F | 0x80]), value >> 7
        return text + bytes([value])

    def number(field, value):
        return varint(field << 3) + varint(value)

    def piece(field, content):
        content = content.encode() if isinstance(content, str) else content
        return varint(field << 3 | 2) + varint(len(content)) + content

    def value(name):
        extents = b"".join(piece(1, number(1, size)) for size in (1, extent // 2, 56, 56))
        return piece(1, name) + piece(2, piece(1, number(1, 1) + piece(2, extents)))

    count = extent // 2
    raw = bytes(4 * 9 * count * count)
    graph = piece(2, "large") + piece(11, value("x0")) + piece(12, value(f"x{tensors}"))
    for index in range(tensors):
        pads = piece(5, piece(1, "pads") + b"".join(number(8, 1) for _ in range(4)) + number(20, 7))
        graph += piece(1, piece(1, f"x{index}") + piece(1, f"w{index}") + piece(2, f"x{index + 1}") + piece(4, "Conv") + pads)
    heads = [number(1, count) + number(1, count) + number(1, 3) + number(1, 3) + number(2, 1) + piece(8, f"w{i}") for i in range(tensors)]
    # The bytes of the tensors are written one by one.
    parts = [head + varint(9 << 3 | 2) + varint(len(raw)) for head in heads]
    size = len(graph) + sum(len(varint(5 << 3 | 2) + varint(len(part) + len(raw))) + len(part) + len(raw) for part in parts)
    with open(path, "wb") as file:
        file.write(number(1, 8) + piece(8, piece(1, "") + number(2, 17)) + varint(7 << 3 | 2) + varint(size) + graph)
        for part in parts:
            file.write(varint(5 << 3 | 2) + varint(len(part) + len(raw)) + part + raw)


def measure(command, runs):
    """Median wall seconds of whole processes, after one run that is not counted."""
    times = []
    for index in range(runs + 1):
        start = time.perf_counter()
        child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"{command} failed")
        if index:
            times.append(time.perf_counter() - start)
    return statistics.median(times), min(times), max(times)


def peak_memory(command, output=os.devnull):
    """Peak resident bytes of one process."""
    code = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[2:],stdout=open(sys.argv[1],'w'),check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, output, *command], stdout=subprocess.PIPE, check=True, text=True)
    return int(out.stdout) * 1024


def run_memory(archcalc, network, threads, folder):
    """Peak resident bytes of a run, and the bytes of its weights and activations."""
    report = os.path.join(folder, "run.json")
    peak = peak_memory([archcalc, "run", network, "--repeat", "1", "--threads", str(threads), "--json"], report)
    with open(report) as file:
        memory = json.load(file)["memory"]
    return peak, memory["weight_bytes"] + memory["arena_bytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    subprocess.run(["swift", "build", "-c", "release", "--quiet"], cwd=ROOT, check=True)
    archcalc = str(BIN / "archcalc")
    with tempfile.TemporaryDirectory() as folder:
        deep = pathlib.Path(folder) / "deep.arch"
        deep.write_text(DEEP)
        cases = [
            ("resnet50 --json, whole process", [archcalc, "resnet50", "--json"], runs, 0.010),
            ("100,000 points of resnext50's MACs, one thread", [str(BIN / "sweep-benchmark"), "resnext50", "cardinality", "width"], 5, 1.0),
            ("20,000 layers --json", [archcalc, str(deep), "--json"], 5, 1.0),
        ]
        large = str(pathlib.Path(folder) / "large.onnx")
        large_model(large)
        cases.append((f"a model of {os.path.getsize(large) / 1e6:.0f} MB --json", [archcalc, large, "--json"], 5, 1.0))
        late = 0
        print(f"{'what':50} {'median':>10} {'min':>10} {'max':>10} {'limit':>10}")
        for name, command, count, limit in cases:
            median, low, high = measure(command, count)
            late += median > limit
            print(f"{name:50} {median * 1e3:8.1f} ms {low * 1e3:7.1f} ms {high * 1e3:7.1f} ms {limit * 1e3:7.0f} ms" + (" OVER" if median > limit else ""))
        resident = peak_memory([archcalc, large, "--json"])
        late += resident > 100 << 20
        print(f"peak memory: {resident / 2**20:.0f} MiB for the model, limit 100 MiB")
        small, large = (peak_memory([archcalc, str(deep), "--n", str(n), "--json"]) for n in (2000, 8000))
        for network in ("vgg16", "resnet152"):
            for threads in (1, 2):
                peak, held = run_memory(archcalc, network, threads, folder)
                limit = 1.15 * held + 20e6
                late += peak > limit
                print(
                    f"peak memory: {peak / 2**20:.0f} MiB running {network} on {threads} threads, "
                    f"{held / 2**20:.0f} MiB of it weights and activations, limit {limit / 2**20:.0f} MiB"
                )
        print(f"peak memory: {small / 2**20:.0f} MiB at 8,000 layers, {large / 2**20:.0f} MiB at 32,000: {large / small:.2f} x for 4 x")
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
