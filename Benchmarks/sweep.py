#!/usr/bin/env python3
"""Times `archcalc sweep` on a grid of a network's totals, and tells the memory that it takes.

    python3 Benchmarks/sweep.py [--points 1000000] [--program .build/release/archcalc]

Standard library only. Exit status 1 below a million points a second on two cores, or above 200 MB.
"""
import argparse
import os
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--program", default=str(ROOT / ".build" / "release" / "archcalc"))
    arguments = parser.parse_args()
    side = max(1, round(arguments.points / 1000))
    command = [
        arguments.program, "sweep", "resnext50", "--cardinality", f"1..{min(side, 1000)}", "--width",
        f"1..{1000 if side <= 1000 else 1024}", "--resolution", "224" if side <= 1000 else
        ",".join(str(32 * step) for step in range(1, side // 1000 + 1)), "--columns", "params,macs", "--csv",
    ]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed")
    points = min(side, 1000) * (1000 if side <= 1000 else 1024 * (side // 1000))
    rate, memory = points / seconds, usage.ru_maxrss / 1024
    print(f"{points} points in {seconds:.2f} s: {rate / 1e6:.2f} M points/s, {memory:.0f} MB at most")
    sys.exit(0 if rate >= 1e6 and memory < 200 else 1)


if __name__ == "__main__":
    main()
