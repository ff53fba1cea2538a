#!/usr/bin/env python3
"""How far the outputs of archcalc and of its peers are from those in double precision.

    Benchmarks/accuracy.py [--archcalc FILE] [--json FILE] [NETWORK…]

Each network is exported with its weights; the reference is ONNX's own evaluator on the same numbers as doubles. Prints
‖difference‖ / ‖reference‖ of each engine, archcalc with Winograd's method and without (`--exact`). Fails where that is
more than 1e-4, or 2e-6 without, or more than ncnn's. Packages are installed the first time into Benchmarks/.venv-peers
(or the folder $ARCHCALC_PEERS).
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import onnx_peers
import peers

PEERS = ["onnxruntime", "openvino", "ncnn"]
try:
    import numpy
    import onnx
    from onnx.reference import ReferenceEvaluator

    import ncnn  # noqa: F401
    import onnxruntime  # noqa: F401
    import openvino  # noqa: F401
    import peer_engines
    import pnnx  # noqa: F401
except ImportError:
    onnx_peers.in_environment(["onnx", "numpy", "pnnx", *PEERS], ".venv-peers")

NETWORKS = [*peers.NETWORKS, "resnet18", "inception_v4", "xception", "efficientnet_b0", "shufflenet_v2_x1_0", "densenet201"]
WINOGRAD, EXACT = 1e-4, 2e-6


def in_double(path):
    """The outputs of a model, computed with doubles, and the shape of its input."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(numpy.float64), tensor.name))
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
            value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    shape = [extent.dim_value for extent in model.graph.input[0].type.tensor_type.shape.dim]
    x = peer_engines.archcalc_input(int(numpy.prod(shape))).reshape(shape).astype(numpy.float64)
    outputs = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x})
    assert all(output.dtype == numpy.float64 for output in outputs), "an operator went back to single precision"
    return numpy.concatenate([output.ravel() for output in outputs]), shape


def distances(binary, network, folder):
    """{engine: distance}, None where an engine cannot run it."""
    model = str(folder / "model.onnx")
    subprocess.run([binary, "export", *network.split(), "--onnx", model, "--seed", "1"], check=True, capture_output=True)
    reference, shape = in_double(model)

    def distance(path):
        values = numpy.fromfile(path, dtype=numpy.float32).astype(numpy.float64)
        return float(numpy.linalg.norm(values - reference) / numpy.linalg.norm(reference))

    found = {}
    for name, options in [("archcalc", []), ("archcalc --exact", ["--exact"])]:
        values = str(folder / "archcalc.f32")
        subprocess.run(
            [binary, "run", *network.split(), "--seed", "1", "--repeat", "1", "--values", values, *options], check=True,
            capture_output=True)
        found[name] = distance(values)
    for name in PEERS:
        values = folder / f"{name}.f32"
        command = [sys.executable, str(onnx_peers.HERE / "peer_engines.py"), name, model, json.dumps(shape), "1", str(values)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=folder)
        found[name] = distance(values) if done.returncode == 0 else None
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archcalc", default=onnx_peers.ARCHCALC)
    parser.add_argument("--json", help="results as JSON")
    parser.add_argument("networks", nargs="*")
    arguments = parser.parse_args()
    results, problems = {}, []
    for network in arguments.networks or NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            found = results[network] = distances(arguments.archcalc, network, pathlib.Path(folder))
        print(f"{network:24}", *(f"{name} {value:.1e}" if value is not None else f"{name} –" for name, value in found.items()), sep="  ", flush=True)
        limit = min(WINOGRAD, found["ncnn"] or WINOGRAD)
        if not found["archcalc"] <= limit:
            problems.append(f"{network}: {found['archcalc']:.1e}, the limit is {limit:.1e}")
        if not found["archcalc --exact"] <= EXACT:
            problems.append(f"{network} --exact: {found['archcalc --exact']:.1e}, the limit is {EXACT:.0e}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
