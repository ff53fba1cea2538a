#!/usr/bin/env python3
"""archcalc against the inference engines of PyPI, on the same weights and the same input, in one session.

    Benchmarks/peers.py [--threads N,…] [--batch N] [--rounds N] [--peers NAME,…] [--title TEXT] [--json FILE] [NETWORK…]

Each network is exported through archcalc's own ONNX export. Every engine is a process of its own; they take turns,
a few runs at a time, and one that waits is stopped, so that whatever the machine does meanwhile falls on all alike and
nobody's spinning threads cost another. All have the same processors, as many as threads: those of a virtual machine are
not equally quick. Outputs must agree with onnxruntime's, or the engine does not count.
Engines are installed the first time, into Benchmarks/.venv-peers (or the folder $ARCHCALC_PEERS).
"""
import argparse
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import peer_tables

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# Packages that each engine needs, its own first, in the order of the table's columns.
PACKAGES = {
    "onnxruntime": ["onnxruntime", "numpy"],
    "openvino": ["openvino", "numpy"],
    "ncnn": ["ncnn", "pnnx", "numpy"],
    "torch": ["torch", "pnnx", "numpy"],
    "torch-compiled": ["torch", "pnnx", "numpy"],
    "opencv": ["opencv-python-headless", "numpy"],
}
NETWORKS = [
    "resnet50", "resnext50", "mobilenet", "mobilenet_v2", "densenet121", "googlenet", "inception_v3", "vgg16",
]
# ‖difference‖ / ‖onnxruntime's output‖: Winograd's rounding is within it, a wrong layer is not.
AGREEMENT = 1e-3


def environment(peers):
    """The python of the peers' environment, with their packages in it, and the version of each peer."""
    folder = pathlib.Path(os.environ.get("ARCHCALC_PEERS", HERE / ".venv-peers"))
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = sorted({package for peer in peers for package in PACKAGES[peer]})
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True).stdout
    versions = {entry["name"].lower(): entry["version"] for entry in json.loads(listed)}
    missing = [package for package in wanted if package not in versions]
    if missing:
        print(f"installing {', '.join(missing)} into {folder}", file=sys.stderr)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *missing], check=True)
        return environment(peers)
    return str(python), {peer: versions[PACKAGES[peer][0]] for peer in peers}


def bind(processors, threads):
    """Gives this process and those that it starts from now on the first of the processors, one for each thread."""
    if processors:
        os.sched_setaffinity(0, processors[:threads])


class Archcalc:
    """A run is a process: plan, packing and warm-up are in none of its times."""

    def __init__(self, binary, case, threads, arguments, folder):
        self.values = os.path.join(folder, "archcalc.f32")
        self.command = [
            binary, "run", *case, "--json", "--seed", "1", "--threads", str(threads), "--batch",
            str(arguments.batch), "--repeat", str(arguments.runs), "--values", self.values, *arguments.archcalc_options,
        ]

    def run(self):
        out = subprocess.run(self.command, check=True, capture_output=True).stdout
        return json.loads(out)["seconds"]["runs"]

    def output(self):
        return self.values

    def close(self):
        pass


class Peer:
    """An engine in a process that is stopped while others run."""

    def __init__(self, python, name, model, shape, threads, arguments, folder):
        self.path = os.path.join(folder, f"{name}.f32")
        command = [python, str(HERE / "peer_engines.py"), name, model, json.dumps(shape), str(threads), self.path]
        threads = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "MKL", "OPENBLAS")}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
            env={**os.environ, **threads})
        self.runs = arguments.runs
        self.answer()
        os.kill(self.process.pid, signal.SIGSTOP)

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("peer:"):
                return json.loads(line[5:])
        errors = self.process.stderr.read().strip().splitlines()
        raise RuntimeError(errors[-1] if errors else "it ended without a word")

    def run(self):
        os.kill(self.process.pid, signal.SIGCONT)
        self.process.stdin.write(f"{self.runs}\n")
        self.process.stdin.flush()
        times = self.answer()
        os.kill(self.process.pid, signal.SIGSTOP)
        return times

    def output(self):
        return self.path

    def close(self):
        os.kill(self.process.pid, signal.SIGCONT)
        self.process.kill()
        self.process.wait()


def floats(path):
    import array
    values = array.array("f")
    values.frombytes(pathlib.Path(path).read_bytes())
    return values


def distance(path, reference):
    a, b = floats(path), floats(reference)
    if len(a) != len(b):
        return float("inf")
    norm = sum(y * y for y in b)
    return (sum((x - y) ** 2 for x, y in zip(a, b)) / norm) ** 0.5 if norm else float("inf")


def measure(binary, python, case, threads, arguments):
    """Times of every engine on one network: {engine: {"runs": […], "distance": …} or {"error": …}}."""
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.onnx")
        batch = ["--batch", str(arguments.batch)]
        subprocess.run([binary, "export", *case, *batch, "--onnx", model, "--seed", "1"], check=True)
        report = json.loads(subprocess.run([binary, *case, *batch, "--json"], check=True, capture_output=True).stdout)
        shape = report["inputs"][0]
        engines, found = {}, {}
        try:
            engines["archcalc"] = Archcalc(binary, case, threads, arguments, folder)
            for name in arguments.peers:
                try:
                    engines[name] = Peer(python, name, model, shape, threads, arguments, folder)
                except Exception as error:  # whatever keeps an engine from loading it is a finding
                    found[name] = {"error": str(error)}
            times = {name: [] for name in engines}
            for turn in range(arguments.rounds):
                # Who goes first changes from round to round.
                order = list(engines)[turn % len(engines):] + list(engines)[:turn % len(engines)]
                for name in order:
                    times[name] += engines[name].run()
            reference = engines["onnxruntime"].output() if "onnxruntime" in engines else engines["archcalc"].output()
            for name, engine in engines.items():
                found[name] = {"runs": times[name], "distance": distance(engine.output(), reference)}
        finally:
            for engine in engines.values():
                engine.close()
        return found


def summary(found):
    """Median, spread and ratio to the best peer whose output agrees."""
    for result in found.values():
        if "runs" in result:
            quartiles = statistics.quantiles(result["runs"], n=4)
            result.update(
                median=statistics.median(result["runs"]), least=min(result["runs"]),
                spread=(quartiles[2] - quartiles[0]) / statistics.median(result["runs"]),
                agrees=result["distance"] <= AGREEMENT)
    peers = {n: r for n, r in found.items() if n != "archcalc" and r.get("agrees")}
    best = min(peers, key=lambda name: peers[name]["median"]) if peers else None
    ratio = found["archcalc"]["median"] / peers[best]["median"] if best else None
    least = found["archcalc"]["least"] / min(r["least"] for r in peers.values()) if best else None
    return {"engines": found, "best": best, "ratio": ratio, "ratio_of_least": least}


def row(network, threads, result):
    """A result without its single runs."""
    kept = ("median", "least", "spread", "distance", "agrees", "error")
    engines = {name: {key: found[key] for key in kept if key in found} for name, found in result["engines"].items()}
    return {"network": network, "threads": threads, **result, "engines": engines}


def machine_name():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return f"{line.split(':')[1].strip()}, {os.cpu_count()} processors"
    except OSError:
        pass
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", default="1", help="1, or 1,2 for both, one after the other for each network")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each engine")
    parser.add_argument("--runs", type=int, default=8, help="runs in a turn")
    parser.add_argument("--peers", default="onnxruntime,openvino,ncnn", help=", ".join(PACKAGES))
    parser.add_argument("--archcalc", help="the binary; without it the release configuration is built")
    parser.add_argument("--option", dest="archcalc_options", action="append", default=[], help="for `archcalc run`")
    parser.add_argument("--title", default="Networks", help="what the results are of, for Benchmarks/peer_tables.py")
    parser.add_argument("--json", help="results as JSON")
    parser.add_argument("networks", nargs="*", help='a network, or one with its options in quotes: "mobilenet --alpha 0.25"')
    arguments = parser.parse_args()
    arguments.threads = [int(count) for count in arguments.threads.split(",")]
    arguments.peers = [name for name in arguments.peers.split(",") if name]
    for name in arguments.peers:
        if name not in PACKAGES:
            parser.error(f"there is no peer {name}: {', '.join(PACKAGES)}")
    if arguments.rounds * arguments.runs < 2:
        parser.error("one run has no spread: at least two, --rounds times --runs")
    return arguments


def main():
    arguments = parse()
    python, versions = environment(arguments.peers)
    binary = arguments.archcalc
    if not binary:
        build = ["swift", "build", "-c", "release", "--product", "archcalc"]
        subprocess.run([*build, "--quiet"], cwd=ROOT, check=True)
        binary = str(ROOT / ".build/release/archcalc")
    binary = os.path.abspath(binary)
    rows = []
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for network in arguments.networks or NETWORKS:
        for threads in arguments.threads:
            bind(processors, threads)
            rows.append(row(network, threads, summary(measure(binary, python, network.split(), threads, arguments))))
            cells = (f"{name} {peer_tables.cell(found)}" for name, found in rows[-1]["engines"].items())
            print(f"{network}, {threads} threads: ", *cells, sep="  ", file=sys.stderr)
    document = {
        "title": arguments.title, "machine": machine_name(), "system": platform.platform(), "date": time.strftime("%Y-%m-%d"),
        "threads": arguments.threads, "batch": arguments.batch, "rounds": arguments.rounds, "runs": arguments.runs,
        "peers": arguments.peers, "versions": versions, "results": rows,
    }
    print(peer_tables.text(document, spread=True), end="")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(document, indent=1) + "\n")
    wrong = [f"{r['network']} ({r['threads']} threads)" for r in rows if not r["engines"]["archcalc"]["agrees"]]
    if wrong:
        sys.exit(f"archcalc's output differs: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
