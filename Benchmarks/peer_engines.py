"""One inference engine behind a pipe: started by peers.py, once for each engine and network.

    peer_engines.py ENGINE MODEL.onnx SHAPE THREADS OUTPUT

Loads the model, runs it once, writes the output's floats, answers `peer:[]`; then for each number that comes in, runs
so many times and answers with the seconds of each.
"""
import json
import os
import subprocess
import sys
import time

import numpy


def archcalc_input(count, seed=1):
    """The input that `archcalc run --seed` makes: SplitMix64 as a hash, the sum of four 16-bit numbers."""

    def mix(z):
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))

    golden = numpy.uint64(0x9E3779B97F4A7C15)
    with numpy.errstate(over="ignore"):
        start = mix(numpy.array([seed + 0x696E7075], dtype=numpy.uint64) + golden)
        z = mix(start + golden * (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1)))
    parts = [(z >> numpy.uint64(shift)) & numpy.uint64(0xFFFF) for shift in (0, 16, 32, 48)]
    total = sum(part.astype(numpy.int64) for part in parts) - 2 * 65535
    return total.astype(numpy.float32) * numpy.float32(1 / 37837.227)


def onnxruntime(path, threads, x):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: x})


def openvino(path, threads, x):
    import openvino

    model = openvino.Core().compile_model(
        path, "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
    request = model.create_infer_request()

    def run():
        result = request.infer([x], share_inputs=True, share_outputs=True)
        return [result[port] for port in model.outputs]

    return run


def converted(path, x):
    """pnnx reads the ONNX file and writes it for ncnn and for PyTorch, both in single precision."""
    import pnnx

    tool = os.path.join(os.path.dirname(pnnx.__file__), "bin", "pnnx")
    if not os.path.exists(tool):
        tool = os.path.join(os.path.dirname(sys.executable), "pnnx")
    shape = "[" + ",".join(map(str, x.shape)) + "]"
    subprocess.run(
        [tool, path, f"inputshape={shape}", "fp16=0"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path.removesuffix(".onnx")


def ncnn(path, threads, x):
    stem = converted(copied(path, "ncnn"), x)
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = False
    for kind in ("packed", "storage", "arithmetic"):
        setattr(net.opt, f"use_fp16_{kind}", False)
        if hasattr(net.opt, f"use_bf16_{kind}"):
            setattr(net.opt, f"use_bf16_{kind}", False)
    if net.load_param(stem + ".ncnn.param") or net.load_model(stem + ".ncnn.bin"):
        raise RuntimeError("ncnn cannot load what pnnx wrote")
    if len(x) != 1:
        raise RuntimeError("ncnn knows one image at a time")
    mat = ncnn.Mat(x[0])
    names = net.input_names(), net.output_names()

    def run():
        extractor = net.create_extractor()
        extractor.input(names[0][0], mat)
        return [numpy.array(extractor.extract(name)[1]) for name in names[1]]

    return run


def torch(path, threads, x, isCompiled=False):
    stem = converted(copied(path, "torch"), x)
    import importlib.util

    import torch

    torch.set_num_threads(threads)
    specification = importlib.util.spec_from_file_location("converted", stem + "_pnnx.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    model = module.Model().eval()
    if isCompiled:
        model = torch.compile(model)
    tensor = torch.from_numpy(x)

    def run():
        with torch.inference_mode():
            result = model(tensor)
        return [part.numpy() for part in (result if isinstance(result, tuple) else (result,))]

    return run


def opencv(path, threads, x):
    import cv2

    cv2.setNumThreads(threads)
    net = cv2.dnn.readNetFromONNX(path)

    def run():
        net.setInput(x)
        return [net.forward()]

    return run


def copied(path, name):
    """Engines convert at the same time: each has its own copy."""
    folder = os.path.join(os.path.dirname(path), name + "-files")
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, "model.onnx")
    os.link(path, target)
    os.chdir(folder)
    return target


ENGINES = {
    "onnxruntime": onnxruntime, "openvino": openvino, "ncnn": ncnn, "torch": torch, "opencv": opencv,
    "torch-compiled": lambda path, threads, x: torch(path, threads, x, isCompiled=True),
}


def main():
    name, path, shape, threads, output = sys.argv[1:]
    shape = json.loads(shape)
    x = archcalc_input(int(numpy.prod(shape))).reshape(shape)
    run = ENGINES[name](path, int(threads), x)
    with open(output, "wb") as file:
        for value in run():
            file.write(numpy.ascontiguousarray(value, dtype=numpy.float32).tobytes())
    run()
    print("peer:[]", flush=True)
    for line in sys.stdin:
        times = []
        for index in range(int(line) + 1):
            start = time.perf_counter()
            run()
            # The first fills the caches that others have emptied meanwhile.
            if index:
                times.append(time.perf_counter() - start)
        print("peer:" + json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
