#!/usr/bin/env python3
"""Exports networks as ONNX and checks the files with the onnx package: valid, same shapes, same parameters and MACs.

    Benchmarks/onnx-parity.py [--archcalc PATH] [--keep FOLDER] [--run] [--threads N] [NETWORK…]

Without names all networks of `archcalc list` are checked. Parameters are counted over the file's initializers, MACs
from the shapes that onnx infers: neither uses anything of archcalc's but the file. `--run` also exports each network
with seeded weights, and runs it on one input in onnxruntime, by `archcalc run` of the file, and by `archcalc run` of
the network with the same seed: every output of both is onnxruntime's within 1e-4 of the greatest number in it.
The peers are installed into an environment of their own the first time ($ARCHCALC_PEERS, or Benchmarks/.venv-peers).
"""
import argparse
import functools
import json
import subprocess
import sys

import onnx_peers

PEERS = ["onnx", "numpy", "onnxruntime"]
SEED = "1"
TOLERANCE = 1e-4

try:
    import numpy
    import onnx
    import onnx.shape_inference
    import onnxruntime
except ImportError:
    onnx_peers.in_environment(PEERS, ".venv-peers")


def product(extents):
    result = 1
    for extent in extents:
        result *= extent
    return result


def counts(model):
    """Parameters and MACs of a model whose shapes are inferred: convolutions and matrix products of layers."""
    tensors = {t.name: list(t.dims) for t in model.graph.initializer}
    floating = {t.name for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT}
    shapes = {
        v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
        for v in [*model.graph.value_info, *model.graph.input, *model.graph.output]
    }
    statistics, own, macs = set(), set(), 0
    for node in model.graph.node:
        if node.op_type == "BatchNormalization":
            statistics.update(node.input[3:5])
        # Constants of a spelling are named after their node, with a slash.
        own.update(name for name in node.input if name in floating and "/" not in name)
        if node.op_type in ("Conv", "ConvTranspose"):
            weight = tensors[node.input[1]]
            places = shapes[node.output[0] if node.op_type == "Conv" else node.input[0]]
            macs += product(weight) * places[0] * product(places[2:])
        elif node.op_type == "Gemm":
            macs += product(tensors[node.input[1]]) * product(shapes[node.output[0]][:-1])
    trainable = sum(product(tensors[name]) for name in own - statistics)
    return trainable, sum(product(tensors[name]) for name in statistics & own), macs


def report_of(archcalc, *arguments):
    run = subprocess.run([archcalc, *arguments, "--json"], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return json.loads(run.stdout)


def count(archcalc, network, path, report):
    """What is wrong with the file's counts, and with those of the file read back."""
    onnx.checker.check_model(path, full_check=True)
    model = onnx.shape_inference.infer_shapes(
        onnx.load(path, load_external_data=False), check_type=True, strict_mode=True, data_prop=True)
    parameters, buffers, macs = counts(model)
    totals = report["totals"]
    params = totals["params"]
    found = {"parameters": parameters, "buffers": buffers, "MACs": macs}
    expected = {"parameters": params["trainable"], "buffers": params["buffers"], "MACs": totals["macs"]}
    problems = [f"{key}: onnx {found[key]}, archcalc {expected[key]}" for key in found if found[key] != expected[key]]
    # Read back, it must be the same network again.
    back = report_of(archcalc, path)
    if back["totals"]["macs"] != macs:
        problems.append(f"MACs of the file read back: {back['totals']['macs']}, of the network {macs}")
    if back["totals"]["params"]["trainable"] != params["trainable"] or not back["complete"]:
        problems.append(f"read back: {back['totals']['params']}, complete {back['complete']}")
    return problems


def executed(archcalc, subject, feeds, outputs, threads, folder):
    """The outputs of `archcalc run` with the inputs given; `feeds` and `outputs` by the names that it knows."""
    arguments = []
    for index, (name, value) in enumerate(feeds.items()):
        numpy.save(folder / f"in{index}.npy", value)
        arguments += ["--input", f"{name}={folder}/in{index}.npy"]
    for index, name in enumerate(outputs):
        arguments += ["--output", f"{name}={folder}/out{index}.npy"]
    run = subprocess.run(
        [archcalc, "run", *subject, *arguments, "--repeat", "1", "--threads", threads], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return [numpy.load(folder / f"out{index}.npy") for index in range(len(outputs))]


def distance(values, references):
    """The greatest difference, relative to the greatest number of its output; infinite where shapes differ."""
    if [value.shape for value in values] != [reference.shape for reference in references]:
        return float("inf")
    return max(
        float(numpy.abs(value - reference).max() / numpy.abs(reference).max())
        for value, reference in zip(values, references))


def compare(archcalc, network, path, report, threads, folder):
    """What is wrong with the outputs, and how far they are off."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    # The optimiser takes zeros around a maximum pooling for the operator's own padding, which is -infinity.
    session = onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["Pad_Fusion"])
    generator = numpy.random.default_rng(0)
    feeds = {i.name: generator.standard_normal(i.shape).astype(numpy.float32) for i in session.get_inputs()}
    references = session.run(None, feeds)
    problems, remarks = [], []
    if [list(reference.shape) for reference in references] != list(report["outputs"].values()):
        problems.append(f"onnxruntime gives {[r.shape for r in references]}, archcalc says {report['outputs']}")
    if not all(numpy.isfinite(reference).all() and reference.any() for reference in references):
        problems.append("onnxruntime's outputs are not finite, or nothing but zeros")
    # The file has the inputs' names, and calls each output by the layer that makes it.
    subjects = {
        "the file": ([path], [value.name for value in session.get_outputs()]),
        "the network": ([network, "--seed", SEED], list(report["outputs"])),
    }
    for title, (subject, outputs) in subjects.items():
        values = executed(archcalc, subject, feeds, outputs, threads, folder)
        error = distance(values, references)
        remarks.append(f"{title} within {error:.1e}")
        if not error <= TOLERANCE:
            problems.append(f"outputs of {title} differ by {error:.1e}")
    return problems, remarks


def check(archcalc, network, runs, threads, folder):
    """What is wrong, and what is to be said."""
    path = str(folder / "model.onnx")
    options = ["--seed", SEED] if runs else ["--no-weights"]
    subprocess.run([archcalc, "export", network, "--onnx", path, *options], check=True)
    report = report_of(archcalc, network)
    problems, remarks = count(archcalc, network, path, report), []
    if runs:
        differences, remarks = compare(archcalc, network, path, report, threads, folder)
        problems += differences
    return problems, remarks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    onnx_peers.add_folder(parser, "the models and arrays")
    parser.add_argument("--run", action="store_true", help="compare outputs with onnxruntime's")
    parser.add_argument("--threads", default="1")
    parser.add_argument("networks", nargs="*")
    arguments = parser.parse_args()

    def cases(folder):
        listed = (entry["network"] for entry in report_of(arguments.archcalc, "list")["networks"])
        for network in arguments.networks or listed:
            yield network, functools.partial(
                check, arguments.archcalc, network, arguments.run, arguments.threads, folder)

    return onnx_peers.account(cases, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
