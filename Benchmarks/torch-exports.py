#!/usr/bin/env python3
"""PyTorch's networks, exported by both of its exporters, against the specifications and against onnxruntime.

    Benchmarks/torch-exports.py [--archcalc PATH] [--keep FOLDER] [NETWORK…]

Each of torchvision's networks is exported by the exporter that traces (`script`) and by the one that captures (`dynamo`).
Of each file:
- every node is counted, and multiply-adds are those of the zoo's specification;
- parameters are the specification's, or fewer by what an exporter folds: of a batch normalisation within its convolution,
  scale and shift become one bias;
- `archcalc run` gives onnxruntime's output within 1e-4 of the greatest number in it;
- where the language can say it, the specification that `archcalc export --spec` prints has the same totals.
The peers are installed into an environment of their own the first time ($ARCHCALC_PEERS, or Benchmarks/.venv-torch).
"""
import argparse
import functools
import json
import os
import subprocess
import sys
import warnings

import onnx_peers

PEERS = ["torch", "torchvision", "onnx", "onnxscript", "onnxruntime", "numpy"]


try:
    import numpy
    import onnxruntime
    import onnxscript  # noqa: F401, which the capturing exporter needs
    import torch
    import torchvision
except ImportError:
    onnx_peers.in_environment(PEERS, ".venv-torch")

# The zoo's name of each, and the extent of its input.
NETWORKS = {
    "resnet18": ("resnet18", 224),
    "resnet50": ("resnet50", 224),
    "resnext50_32x4d": ("resnext50", 224),
    "mobilenet_v2": ("mobilenet_v2", 224),
    "densenet121": ("densenet121", 224),
    "googlenet": ("googlenet", 224),
    "inception_v3": ("inception_v3", 299),
    "vgg16": ("vgg16", 224),
    "squeezenet1_0": ("squeezenet", 224),
    "efficientnet_b0": ("efficientnet_b0", 224),
    "shufflenet_v2_x1_0": ("shufflenet_v2_x1_0", 224),
}
EXPORTERS = ["script", "dynamo"]
TOLERANCE = 1e-4


def build(name):
    """The network with random weights whose statistics are alive, so that a wrong normalisation is seen."""
    torch.manual_seed(0)
    heads = {"aux_logits": True, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
    model = torchvision.models.get_model(name, weights=None, **heads).eval()
    with torch.no_grad():
        for module in model.modules():
            # A bias of zeros would be dropped.
            if getattr(module, "bias", None) is not None:
                module.bias.uniform_(-0.1, 0.1)
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.8, 1.2)
                module.bias.uniform_(-0.1, 0.1)
                module.running_mean.uniform_(-0.1, 0.1)
                module.running_var.uniform_(0.8, 1.2)
    return model


def export(model, extent, exporter, path):
    image = torch.randn(1, 3, extent, extent, generator=torch.Generator().manual_seed(1))
    if os.path.exists(path):
        return image.numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if exporter == "script":
            torch.onnx.export(model, (image,), path, opset_version=17, dynamo=False)
        else:
            torch.onnx.export(model, (image,), path, dynamo=True, verbose=False, external_data=False)
    return image.numpy()


def report(archcalc, *arguments):
    run = subprocess.run([archcalc, *arguments, "--json"], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return json.loads(run.stdout)


def check(archcalc, name, exporter, model, folder):
    """What is wrong with one export, and what is to be said of it."""
    problems, remarks = [], []
    network, extent = NETWORKS[name]
    path = str(folder / f"{name}-{exporter}.onnx")
    image = export(model, extent, exporter, path)
    read, own = report(archcalc, path), report(archcalc, network)
    if not read["complete"]:
        problems.append(f"not counted: {read['uncounted']}")
    macs, expected = read["totals"]["macs"], own["totals"]["macs"]
    if macs != expected:
        problems.append(f"{macs} multiply-adds, the specification has {expected}")
    mine, theirs = own["totals"]["params"], read["totals"]["params"]
    # A normalisation has a scale and a shift for each channel, and twice as many statistics.
    folded = (mine["buffers"] - theirs["buffers"]) // 2
    if theirs["trainable"] != mine["trainable"] - folded:
        problems.append(f"parameters {theirs}, the specification has {mine}")
    elif folded:
        remarks.append(f"{folded} normalised channels are folded into convolutions")

    numpy.save(folder / "input.npy", image)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    reference = session.run(None, {session.get_inputs()[0].name: image})[0]
    run = subprocess.run(
        [archcalc, "run", path, "--input", folder / "input.npy", "--output", folder / "output.npy", "--repeat", "1"],
        capture_output=True, text=True)
    if run.returncode:
        problems.append(f"does not run: {run.stderr.strip()}")
    else:
        output = numpy.load(folder / "output.npy")
        error = float(numpy.abs(output - reference).max() / numpy.abs(reference).max())
        remarks.append(f"outputs within {error:.1e}")
        if output.shape != reference.shape or not error <= TOLERANCE:
            problems.append(f"outputs differ by {error:.1e}")

    specification = str(folder / f"{name}-{exporter}.arch")
    written = subprocess.run([archcalc, "export", path, "--spec", "-o", specification], capture_output=True, text=True)
    if written.returncode:
        problems.append(f"no specification: {written.stderr.strip()}")
    else:
        back = report(archcalc, specification)["totals"]
        for total in ("macs", "params", "elementwise"):
            if back[total] != read["totals"][total]:
                problems.append(f"{total} of the specification: {back[total]}, of the model {read['totals'][total]}")
        remarks.append(f"{len(open(specification).read().splitlines())} lines as a specification")
    return problems, remarks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    onnx_peers.add_folder(parser, "the models and the specifications; models that are there are used again")
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    arguments = parser.parse_args()

    def cases(folder):
        for name in arguments.networks:
            model = build(name)
            for exporter in EXPORTERS:
                yield f"{name} ({exporter})", functools.partial(check, arguments.archcalc, name, exporter, model, folder)

    return onnx_peers.account(cases, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
