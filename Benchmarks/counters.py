#!/usr/bin/env python3
"""What tools that count say about small modules whose cost is known, and about ResNet-50: the table of Docs/Comparison.md.

    python3 Benchmarks/counters.py [--archcalc FILE] [--write]

Each probe is a PyTorch module small enough to count by hand. The peers get the module, archcalc gets what torch.onnx
exports of it. A cell is `exact`, or what the tool said instead of the number. Whole processes are timed, in turns. The
peers are installed into an environment of their own the first time ($ARCHCALC_PEERS, or Benchmarks/.venv-counters).
`--write` puts the table where Docs/Comparison.md has it.
"""
import argparse
import contextlib
import importlib.metadata
import io
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import warnings

import onnx_peers

PEERS = ["torch", "torchvision", "onnx", "onnxscript", "fvcore", "torchinfo", "thop", "ptflops"]
TOOLS = ["archcalc", "fvcore", "torchinfo", "thop", "ptflops"]
BEGIN, END = "<!-- written by Benchmarks/counters.py -->", "<!-- end -->"

try:
    import fvcore.nn
    import ptflops
    import thop
    import torch
    import torchinfo
    import torchvision
except ImportError:
    onnx_peers.in_environment(PEERS, ".venv-counters")

nn, F = torch.nn, torch.nn.functional


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(32, 16, 3, 3))

    def forward(self, x):
        return F.conv2d(x, self.weight, padding=1)


class Product(nn.Module):
    """Attention's product of two activations: 64 x 16 by 16 x 64."""

    def forward(self, x):
        x = x.flatten(2)
        return x.transpose(1, 2) @ x


class Twice(nn.Module):
    """One convolution used twice."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3, padding=1, bias=False)

    def forward(self, x):
        return self.conv(self.conv(x))


class Unknown(nn.Module):
    """An operator that few counters know, after a convolution."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1, bias=False)

    def forward(self, x):
        return torch.det(self.conv(x))


# What it is; the module; multiply-adds and parameters, counted by hand for an input of 1x16x8x8.
PROBES = [
    ("grouped convolution, 4 groups", nn.Conv2d(16, 32, 3, padding=1, groups=4, bias=False), 8 * 8 * 32 * 9 * 16 // 4, 32 * 9 * 4),
    ("transposed convolution, stride 2", nn.ConvTranspose2d(16, 8, 2, stride=2, bias=False), 8 * 8 * 16 * 8 * 4, 16 * 8 * 4),
    ("convolution by a function", Functional(), 8 * 8 * 32 * 9 * 16, 32 * 16 * 9),
    ("product of two activations", Product(), 64 * 16 * 64, 0),
    ("one convolution used twice", Twice(), 2 * 8 * 8 * 16 * 9 * 16, 16 * 9 * 16),
]
SHAPE = (1, 16, 8, 8)


@contextlib.contextmanager
def quiet():
    """What a tool prints or logs meanwhile, as a list of one text."""
    said, stream = [], io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    with warnings.catch_warnings(), contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        warnings.simplefilter("ignore")
        try:
            yield said
        finally:
            logging.getLogger().removeHandler(handler)
            said.append(stream.getvalue())


def by_archcalc(archcalc, module, shape):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/probe.onnx"
        with quiet():
            torch.onnx.export(module.eval(), torch.zeros(shape), path, dynamo=False, opset_version=17)
        done = subprocess.run([archcalc, path, "--json"], stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    return report["totals"]["macs"], report["totals"]["params"]["trainable"], report["complete"]


def by_fvcore(archcalc, module, shape):
    with quiet() as said:
        analysis = fvcore.nn.FlopCountAnalysis(module.eval(), torch.zeros(shape))
        count = analysis.total()
        parameters = fvcore.nn.parameter_count(module)[""]
    return int(count), parameters, not analysis.unsupported_ops() and "Unsupported" not in said[0]


def by_torchinfo(archcalc, module, shape):
    with quiet() as said:
        summary = torchinfo.summary(module.eval(), input_size=shape, verbose=0)
    return summary.total_mult_adds, summary.total_params, not said[0]


def by_thop(archcalc, module, shape):
    with quiet() as said:
        count, parameters = thop.profile(module.eval(), inputs=(torch.zeros(shape),), verbose=False)
    return int(count), int(parameters), not said[0]


def by_ptflops(archcalc, module, shape):
    with quiet() as said:
        count, parameters = ptflops.get_model_complexity_info(
            module.eval(), shape[1:], as_strings=False, print_per_layer_stat=False, verbose=False)
    return int(count), int(parameters), "Warning" not in said[0]


BY = {"archcalc": by_archcalc, "fvcore": by_fvcore, "torchinfo": by_torchinfo, "thop": by_thop, "ptflops": by_ptflops}

# What a person writes to have ResNet-50 counted, as a process of its own.
SCRIPTS = {
    "fvcore": "from fvcore.nn import FlopCountAnalysis as A; print(A(model.eval(), torch.zeros(1, 3, 224, 224)).total())",
    "torchinfo": "import torchinfo; print(torchinfo.summary(model, (1, 3, 224, 224), verbose=0).total_mult_adds)",
    "thop": "import thop; print(thop.profile(model, (torch.zeros(1, 3, 224, 224),), verbose=False)[0])",
    "ptflops": "import ptflops; print(ptflops.get_model_complexity_info(model, (3, 224, 224), as_strings=False, "
               "print_per_layer_stat=False)[0])",
}
MODEL = "import torch, torchvision; model = torchvision.models.resnet50(); "


def cell(said, expected):
    return "exact" if said == expected else f"{said:,}"


def probe(archcalc, module, shape):
    return {tool: BY[tool](archcalc, module, shape) for tool in TOOLS}


def timed(command):
    """Seconds and peak resident MiB of a process."""
    script = "import resource, subprocess, sys, time; start = time.perf_counter(); " \
             "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); " \
             "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    done = subprocess.run([sys.executable, "-c", script, *command], stdout=subprocess.PIPE, check=True, text=True)
    return tuple(float(word) for word in done.stdout.split())


def table(archcalc):
    rows = []
    for title, module, macs, parameters in PROBES:
        # In a container: some tools do not look at the parameters of the module that they are given itself.
        answers = probe(archcalc, nn.Sequential(module), SHAPE)
        rows.append([f"{title}: {macs:,} MACs"] + [cell(answers[tool][0], macs) for tool in TOOLS])
        rows.append([f"… its {parameters:,} parameters"] + [cell(answers[tool][1], parameters) for tool in TOOLS])
    answers = probe(archcalc, Unknown(), SHAPE)
    rows.append(["says that an operator (`Det`) was not counted"] + ["no" if answers[tool][2] else "yes" for tool in TOOLS])
    commands = {tool: [sys.executable, "-c", MODEL + script] for tool, script in SCRIPTS.items()}
    commands["archcalc"] = [archcalc, "resnet50"]
    measured = {tool: [] for tool in TOOLS}
    for _ in range(5):
        for tool in TOOLS:
            measured[tool].append(timed(commands[tool]))
    seconds = [statistics.median(run[0] for run in measured[tool]) for tool in TOOLS]
    rows.append(["ResNet-50, the whole process, median of 5"] +
                [f"{value * 1e3:.0f} ms" if value < 1 else f"{value:.1f} s" for value in seconds])
    rows.append(["… its resident memory"] + [f"{max(run[1] for run in measured[tool]):.0f} MiB" for tool in TOOLS])
    versions = [importlib.metadata.version(tool).split("-")[0].split(".post")[0] for tool in TOOLS[1:]]
    heads = ["probe", TOOLS[0]] + [f"{tool} {version}" for tool, version in zip(TOOLS[1:], versions)]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archcalc", default=onnx_peers.ARCHCALC)
    parser.add_argument("--write", action="store_true", help="puts the table into Docs/Comparison.md")
    arguments = parser.parse_args()
    text = table(arguments.archcalc)
    print(text)
    if arguments.write:
        path = onnx_peers.HERE.parent / "Docs/Comparison.md"
        before, rest = path.read_text().split(BEGIN)
        path.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
