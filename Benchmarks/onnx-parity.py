#!/usr/bin/env python3
"""Exports networks as ONNX and checks the files with the onnx package: valid, same shapes, same parameters and MACs.

    Benchmarks/onnx-parity.py [--archcalc PATH] [--run] [NETWORK…]

Without names all networks of `archcalc list` are checked. The peers are installed into an environment of their own the
first time. Parameters are counted over the file's initializers, MACs from the shapes that onnx infers: neither uses
anything of archcalc's but the file. `--run` also runs each network in onnxruntime with seeded weights and looks at its
outputs' shapes and whether they are finite.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ["onnx", "numpy", "onnxruntime"]


def in_environment():
    """Starts again in an environment that has the peers."""
    folder = pathlib.Path(os.environ.get("ARCHCALC_PEERS", tempfile.gettempdir() + "/archcalc-peers"))
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


try:
    import numpy
    import onnx
    import onnx.shape_inference
    import onnxruntime
except ImportError:
    in_environment()


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


def check(archcalc, network, folder, runs):
    path = os.path.join(folder, "model.onnx")
    options = ["--seed", "1"] if runs else ["--no-weights"]
    subprocess.run([archcalc, "export", network, "--onnx", path, *options], check=True)
    onnx.checker.check_model(path, full_check=True)
    model = onnx.shape_inference.infer_shapes(
        onnx.load(path, load_external_data=False), check_type=True, strict_mode=True, data_prop=True)
    report = json.loads(subprocess.run([archcalc, network, "--json"], check=True, capture_output=True).stdout)
    parameters, buffers, macs = counts(model)
    totals = report["totals"]
    found = {"parameters": parameters, "buffers": buffers, "MACs": macs}
    expected = {"parameters": totals["params"]["trainable"], "buffers": totals["params"]["buffers"], "MACs": totals["macs"]}
    problems = [f"{key}: onnx {found[key]}, archcalc {expected[key]}" for key in found if found[key] != expected[key]]
    # Read back, it must be the same network again.
    back = json.loads(subprocess.run([archcalc, path, "--json"], check=True, capture_output=True).stdout)
    if back["totals"]["macs"] != macs:
        problems.append(f"MACs of the file read back: {back['totals']['macs']}, of the network {macs}")
    if back["totals"]["params"]["trainable"] != totals["params"]["trainable"] or not back["complete"]:
        problems.append(f"read back: {back['totals']['params']}, complete {back['complete']}")
    if runs:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        feeds = {
            i.name: numpy.random.default_rng(0).standard_normal(i.shape).astype(numpy.float32) for i in session.get_inputs()
        }
        shapes = list(report["outputs"].values())
        for value, shape in zip(session.run(None, feeds), shapes):
            if list(value.shape) != shape:
                problems.append(f"onnxruntime gives {value.shape}, archcalc says {shape}")
            if not numpy.isfinite(value).all():
                problems.append("outputs are not finite")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archcalc", default=str(ROOT / ".build/release/archcalc"))
    parser.add_argument("--run", action="store_true")
    parser.add_argument("networks", nargs="*")
    arguments = parser.parse_args()
    listed = json.loads(subprocess.run([arguments.archcalc, "list", "--json"], check=True, capture_output=True).stdout)
    networks = arguments.networks or [entry["network"] for entry in listed["networks"]]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for network in networks:
            try:
                problems = check(arguments.archcalc, network, folder, arguments.run)
            except Exception as error:  # whatever a peer throws is a finding
                problems = [f"{type(error).__name__}: {error}"]
            failed += bool(problems)
            for problem in problems:
                print(f"{network}: {problem}")
    print(f"{len(networks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
