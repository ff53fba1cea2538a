#!/usr/bin/env python3
"""Compares the predicted with the measured time of networks: layers and whole runs.

    python3 Benchmarks/prediction.py [--archcalc FILE] [--threads 1,2] [--repeat N] [--measure] [NETWORK ...]

Standard library only. A layer counts where it takes more than a hundredth of its network's time. The machine's peak and
bandwidth are those that `archcalc machine` kept; `--measure` has them measured before each network, since clocks and
neighbours change. Exit status 1 where the median
error is over what the project asks of itself: 15 % of layers, 7 % of networks.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = [
    "resnet50", "resnext50", "mobilenet", "mobilenet_v2", "densenet121", "googlenet", "inception_v3", "vgg16", "resnet18",
    "resnet152", "inception_v4", "xception", "squeezenet1_0", "efficientnet_b0", "shufflenet_v2_x1_0", "densenet201", "alexnet", "igc",
]
LAYERS, WHOLE = 0.15, 0.07


def error(predicted, measured):
    """How far a prediction is off, signed, as a part of what was measured."""
    return (predicted - measured) / measured


def evaluate(archcalc, network, threads, repeat):
    """The report of a run, and (error, milliseconds) of its layers that matter, by kernel."""
    command = [archcalc, "run", *network.split(), "--threads", str(threads), "--repeat", str(repeat), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    total = sum(layer["seconds"] for layer in report["layers"])
    layers = [
        (layer["kernel"], error(layer["predicted_seconds"], layer["seconds"]), layer["seconds"] * 1e3, layer["name"])
        for layer in report["layers"] if layer["seconds"] > 0.01 * total
    ]
    return report, layers


def median_of_absolutes(errors):
    return statistics.median(abs(value) for value in errors) if errors else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="with parameters in quotes: 'mobilenet --alpha 0.5'")
    parser.add_argument("--archcalc", default=str(ROOT / ".build" / "release" / "archcalc"))
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--measure", action="store_true", help="measure peak and bandwidth before each network")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also the N layers that are farthest off")
    options = parser.parse_args()
    if not os.access(options.archcalc, os.X_OK):
        sys.exit(f"{options.archcalc}: no such program; swift build -c release makes it")
    print(f"{'network':24}{'threads':>8}{'ms':>10}{'predicted':>11}{'off':>9}{'layers':>9}")
    wholes, by_kernel, all_layers = [], {}, []
    for network in options.networks or NETWORKS:
        if options.measure:
            subprocess.run([options.archcalc, "machine"], check=True, stdout=subprocess.DEVNULL)
        for threads in map(int, options.threads.split(",")):
            report, layers = evaluate(options.archcalc, network, threads, options.repeat)
            seconds = report["seconds"]
            off = error(seconds["predicted"], seconds["median"])
            wholes.append(off)
            for name, value, milliseconds, layer in layers:
                by_kernel.setdefault(name, []).append(value)
                all_layers.append((value, milliseconds, f"{network} / {threads}: {layer} ({name})"))
            median = median_of_absolutes([layer[1] for layer in layers])
            print(
                f"{network:24}{threads:8}{seconds['median'] * 1e3:10.2f}{seconds['predicted'] * 1e3:11.2f}"
                f"{off:+9.1%}{median:9.1%}", flush=True)
    print(f"\n{'kernel':24}{'layers':>8}{'median off':>12}{'|off|':>9}")
    for name, errors in sorted(by_kernel.items()):
        print(f"{name:24}{len(errors):8}{statistics.median(errors):+12.1%}{median_of_absolutes(errors):9.1%}")
    for value, milliseconds, layer in sorted(all_layers, key=lambda row: -abs(row[0]))[: options.worst]:
        print(f"{value:+9.1%}{milliseconds:9.3f} ms  {layer}")
    layers, networks = median_of_absolutes([row[0] for row in all_layers]), median_of_absolutes(wholes)
    worst = max(map(abs, wholes))
    print(f"\nmedian of layers {layers:.1%} (asked {LAYERS:.0%}), of networks {networks:.1%} (asked {WHOLE:.0%}), worst network {worst:.1%}")
    sys.exit(1 if layers > LAYERS or networks > WHOLE else 0)


if __name__ == "__main__":
    main()
