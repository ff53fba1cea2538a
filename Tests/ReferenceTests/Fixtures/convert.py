#!/usr/bin/env python3
"""Makes the layer tables of this folder out of measured traces.

    convert.py FOLDER NAME...

reads FOLDER/oracle-counts.json and FOLDER/oracle-layers/NAME.json and writes layers-NAME.tsv and counts.tsv beside this
script. A trace lists the operators that a network of random weights ran, in the order in which they ran; the counts are
what counting tools print of it. Only figures are kept.
"""

import json
import pathlib
import sys

KINDS = {
    "convolution": "conv", "addmm": "linear", "mm": "linear", "native_batch_norm": "bn", "batch_norm": "bn",
    "relu": "relu", "relu_": "relu", "hardtanh": "relu6", "hardtanh_": "relu6", "add_": "add", "add": "add",
    "max_pool2d_with_indices": "maxpool", "avg_pool2d": "avgpool", "mean": "avgpool", "_adaptive_avg_pool2d": "avgpool",
    "cat": "concat", "_softmax": "softmax",
    "constant_pad_nd": "pad",
}
COLUMNS = "op input output kernel stride padding dilation groups bias parameters buffers macs".split()


def extents(shape, channels_last):
    image = shape[1:]
    if channels_last and len(image) == 3:
        image = image[2:] + image[:2]
    return "x".join(str(extent) for extent in image)


def is_channels_last(layer, kind):
    """Keras on PyTorch hands images to convolutions and pools as PyTorch orders them, and to the rest channels last."""
    if kind == "pad":
        return len(layer["pad"]) == 6  # the channels come first in PyTorch's order from the last extent, with no padding
    return kind not in ("conv", "maxpool")


def sides(pad):
    left, right, top, bottom = pad[-4:]
    return f"{top},{left},{bottom},{right}"


def row(layer, is_keras):
    kind = KINDS[layer["op"]]
    last = is_keras and is_channels_last(layer, kind)
    cells = {column: "" for column in COLUMNS}
    cells["op"] = kind
    cells["input"] = " ".join(extents(shape, last) for shape in layer["in"])
    cells["output"] = extents(layer["out"], last)
    for column in ("kernel", "stride", "dilation"):
        if column in layer:
            cells[column] = ",".join(str(value) for value in layer[column])
    if "padding" in layer:
        cells["padding"] = ",".join(str(value) for value in layer["padding"] * 2)
    elif kind.endswith("pool") and "kernel" in layer:
        cells["padding"] = "0,0,0,0"
    if kind == "pad":
        cells["padding"] = sides(layer["pad"])
    for column, key in (("groups", "groups"), ("parameters", "params"), ("buffers", "buffers"), ("macs", "macs")):
        if key in layer:
            cells[column] = str(layer[key])
    if is_keras and kind == "bn":  # one count for the learned factors and the statistics, of which there are as many
        cells["parameters"] = cells["buffers"] = str(layer["params"] // 2)
    if "bias" in layer:
        cells["bias"] = str(layer["bias"]).lower()
    return cells


def rows(layers, is_keras):
    """A row for each operator; what Keras adds as an operator of its own is the bias of the layer before."""
    result = []
    for layer in layers:
        cells = row(layer, is_keras)
        if is_keras and cells["op"] == "add" and "params" in layer:
            before = result[-1]
            before["bias"] = "true"
            before["parameters"] = str(int(before["parameters"]) + layer["params"])
        else:
            result.append(cells)
    return ["\t".join(cells[column] for column in COLUMNS) for cells in result]


TOOLS = {  # a tool's name here, its key in the measurements, and which of its figures is the count
    "fvcore": ("fvcore", "total"), "thop": ("thop", "macs"), "ptflops": ("ptflops", "macs"),
    "ptflops-aten": ("ptflops_aten", "macs"), "torchinfo": ("torchinfo", "total_mult_adds"),
    "torch": ("torch_flop_counter", "flops"), "calflops": ("calflops", "flops"), "torchprofile": ("torchprofile", "macs"),
}


def write_counts(counts, wanted):
    versions = counts["versions"] | {"torch": counts["versions"]["torch"]}
    tools = ", ".join(f"{key} {versions[key]}" for key in versions if key not in ("torchvision", "timm", "keras"))
    lines = [f"# Totals that counting tools print, and exact terms: {tools}", "network\ttool\tcount"]
    for net in counts["nets"]:
        if net["name"] not in wanted:
            continue
        for tool, (key, figure) in TOOLS.items():
            if key in net.get("tools", {}):
                lines.append(f"{net['name']}\t{tool}\t{net['tools'][key][figure]}")
        lines.append(f"{net['name']}\tmacs\t{net['macs_exact']['total']}")
    (pathlib.Path(__file__).parent / "counts.tsv").write_text("\n".join(lines) + "\n")


def main():
    source = pathlib.Path(sys.argv[1])
    counts = json.loads((source / "oracle-counts.json").read_text())
    names = sys.argv[2:]
    write_counts(counts, names)
    for name in names:
        file = source / "oracle-layers" / f"{name}.json"
        if not file.exists():
            continue  # counted, but not traced
        trace = json.loads(file.read_text())
        library = trace["call"].split(".")[0]
        versions = counts["versions"]
        call = f"{trace['call']}, input {'x'.join(map(str, trace['input']))}, {trace['mode']}"
        lines = [f"# {call}: {library} {versions[library]}, torch {versions['torch']}", "\t".join(COLUMNS)]
        lines += rows(trace["layers"], library == "keras")
        (pathlib.Path(__file__).parent / f"layers-{name}.tsv").write_text("\n".join(lines) + "\n")


main()
