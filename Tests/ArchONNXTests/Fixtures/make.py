#!/usr/bin/env python3
"""Writes the ONNX models that the tests read: exports of PyTorch with random weights, stripped of their tensors.

Run it in an environment of its own:
    python3 -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install torch torchvision onnx onnxscript
    /tmp/fixtures/bin/python make.py [--full FOLDER] [NAME…]

Each network is exported by the exporter that traces (`-script`) and by the one that captures (`-dynamo`). Tensors of
more than 8 numbers become references to a file that is not there: an analysis needs their shapes only.
`--full FOLDER` keeps the unstripped models there.
"""
import argparse
import json
import os
import pathlib
import tempfile
import warnings

import onnx
import torch
import torchvision

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = [
    "resnet18", "resnet50", "resnext50_32x4d", "mobilenet_v2", "densenet121", "googlenet", "inception_v3", "vgg16",
    "squeezenet1_0", "efficientnet_b0", "shufflenet_v2_x1_0",
]
SMALL = 8


def build(name):
    torch.manual_seed(0)
    extra = {"aux_logits": True, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = torchvision.models.get_model(name, weights=None, **extra).eval()
    # Tensors that are equal are merged by the exporters, and biases of zeros are dropped: make all different.
    with torch.no_grad():
        for tensor in list(model.parameters()) + [b for b in model.buffers() if b.is_floating_point()]:
            tensor.uniform_(0.5, 1.5)
    return model


def counts(model):
    """Parameters that take part in inference: those of heads for training only are left out by the exporters."""
    result = {"weights": 0, "biases": 0, "normalization": 0}
    for name, module in model.named_modules():
        if name.split(".")[0] in ("aux1", "aux2", "AuxLogits"):
            continue
        for kind, tensor in module.named_parameters(recurse=False):
            if isinstance(module, torch.nn.BatchNorm2d):
                result["normalization"] += tensor.numel()
            else:
                result["weights" if kind == "weight" else "biases"] += tensor.numel()
    return result


def strip(graph, keeps_modules):
    """Drops what an analysis does not read: large tensors, intermediate shapes, traces of the source."""
    for tensor in graph.initializer:
        count = 1
        for extent in tensor.dims:
            count *= extent
        if count > SMALL and tensor.data_type == onnx.TensorProto.FLOAT:
            for field in ("raw_data", "float_data", "external_data"):
                tensor.ClearField(field)
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights")
        tensor.ClearField("doc_string")
        tensor.ClearField("metadata_props")
    graph.ClearField("value_info")
    graph.ClearField("metadata_props")
    for info in list(graph.input) + list(graph.output):
        info.ClearField("metadata_props")
    for node in graph.node:
        node.ClearField("doc_string")
        kept = [(p.key, p.value) for p in node.metadata_props if p.key == "namespace" and keeps_modules]
        node.ClearField("metadata_props")
        for key, value in kept:
            # Class names are long and say nothing of the place: ": package.Class/layer1: package.Class/…".
            parts = [part.split(": ")[0] + ": C" for part in value.split("/")]
            node.metadata_props.add(key=key, value="/".join(parts))


def export(name, exporter, **options):
    model = build(name)
    size = 299 if name == "inception_v3" else 224
    example = torch.zeros(1, 3, size, size)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name + ".onnx")
        with torch.no_grad():
            torch.onnx.export(
                model, (example,), path, dynamo=exporter == "dynamo", opset_version=18 if exporter == "dynamo" else 17,
                input_names=["input"], output_names=["logits"], **options)
        proto = onnx.load(path)
    return proto


def save(proto, name, full):
    if full:
        onnx.save(proto, os.path.join(full, name + ".onnx"))
    # What the nodes say of their modules is long; one network is enough to test how it is read.
    strip(proto.graph, keeps_modules=name.startswith("resnet18"))
    proto.ClearField("metadata_props")
    (HERE / (name + ".onnx")).write_bytes(proto.SerializeToString(deterministic=True))
    print(name, (HERE / (name + ".onnx")).stat().st_size, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if not arguments.names:
        expected = {name: counts(build(name)) for name in NETWORKS}
        (HERE / "parameters.json").write_text(json.dumps(expected, indent=1) + "\n")
    for name in NETWORKS:
        for exporter in ("script", "dynamo"):
            if arguments.names and name not in arguments.names:
                continue
            save(export(name, exporter), f"{name}-{exporter}", arguments.full)
    if not arguments.names or "dynamic" in arguments.names:
        axes = {"input": {0: "batch", 2: "height", 3: "width"}}
        save(export("mobilenet_v2", "script", dynamic_axes=axes), "mobilenet_v2-dynamic-script", arguments.full)
        h, w = torch.export.Dim("height", min=64, max=4096), torch.export.Dim("width", min=64, max=4096)
        shapes = ({0: torch.export.Dim("batch", min=1, max=1024), 2: h, 3: w},)
        save(export("mobilenet_v2", "dynamo", dynamic_shapes=shapes), "mobilenet_v2-dynamic-dynamo", arguments.full)
        # Without folding, normalisation stays a layer of its own.
        kept = export("resnet18", "script", training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
        save(kept, "resnet18-unfolded-script", arguments.full)


if __name__ == "__main__":
    main()
