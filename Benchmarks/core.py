#!/usr/bin/env python3
"""Times the release binary as whole processes and prints medians beside the limits that the project sets itself.

    python3 Benchmarks/core.py [--runs N]

Standard library only. Builds the release configuration first. Exit status 1 if a median is over its limit.
"""
import argparse
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


def peak_memory(command):
    """Peak resident bytes of one process."""
    code = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, *command], stdout=subprocess.PIPE, check=True, text=True)
    return int(out.stdout) * 1024


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
        late = 0
        print(f"{'what':50} {'median':>10} {'min':>10} {'max':>10} {'limit':>10}")
        for name, command, count, limit in cases:
            median, low, high = measure(command, count)
            late += median > limit
            print(f"{name:50} {median * 1e3:8.1f} ms {low * 1e3:7.1f} ms {high * 1e3:7.1f} ms {limit * 1e3:7.0f} ms" + (" OVER" if median > limit else ""))
        small, large = (peak_memory([archcalc, str(deep), "--n", str(n), "--json"]) for n in (5000, 20000))
        print(f"peak memory: {small / 2**20:.0f} MiB at 20,000 layers, {large / 2**20:.0f} MiB at 80,000: {large / small:.2f} x for 4 x")
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
