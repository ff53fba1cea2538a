"""Makes the fixtures of this folder with PyTorch: small networks that together have every operator of the language.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu
    /tmp/peers/bin/python Tests/ArchRuntimeTests/Fixtures/make.py

Each case is a specification, NAME.arch, and NAME.f32: little-endian floats, one after the other: for each layer that has
numbers, in the order of the specification, its weights, bias, scale, shift, running mean and running variance, as far as
it has them; then the input; then PyTorch's output, computed in double precision and rounded once.
"""
import pathlib
import struct

import torch
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parent


class ChannelNorm(nn.LayerNorm):
    """Normalisation over the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class LayerScale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels))

    def forward(self, x):
        return x * self.weight[:, None, None]


class Do(nn.Module):
    """A function of tensors, with the layers that it uses."""

    def __init__(self, function, *layers):
        super().__init__()
        self.function, self.layers = function, nn.ModuleList(layers)

    def forward(self, x):
        return self.function(x, *self.layers)


def conv(i, o, k, bias=False, **options):
    return nn.Conv2d(i, o, k, bias=bias, **options)


CASES = {
    "convolutions": (
        """conv(3x3, 24, stride: 2, bias: true) -> bn -> relu
        conv(3x3, 24, groups: 4) -> relu6 -> conv(3x3, 40, groups: 8, stride: 2)
        conv(5x5, 40, groups: 40, dilation: 2, bias: true) -> conv(3x3, 80, groups: 40)
        conv(1x7, 20, padding: (0, 3)) -> conv(3x1, 20, padding: (1, 0), stride: (2, 1)) -> conv(3x3, 33, dilation: 2, padding: (2, 1))""",
        (2, 3, 29, 31),
        nn.Sequential(
            conv(3, 24, 3, bias=True, stride=2, padding=1), nn.BatchNorm2d(24), nn.ReLU(), conv(24, 24, 3, padding=1, groups=4),
            nn.ReLU6(), conv(24, 40, 3, padding=1, groups=8, stride=2), conv(40, 40, 5, bias=True, padding=4, dilation=2, groups=40),
            conv(40, 80, 3, padding=1, groups=40), conv(80, 20, (1, 7), padding=(0, 3)),
            conv(20, 20, (3, 1), padding=(1, 0), stride=(2, 1)), conv(20, 33, 3, dilation=2, padding=(2, 1)))),
    "winograd": (
        "conv(3x3, 64) -> bn -> relu -> conv(3x3, 64, bias: true) -> relu",
        (1, 32, 28, 28),
        nn.Sequential(conv(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), conv(64, 64, 3, bias=True, padding=1), nn.ReLU())),
    "transposed": (
        """convtranspose(4x4, 20, stride: 2, padding: 1) -> bn -> relu
        convtranspose(3x3, 12, stride: 2, padding: 1, outputpadding: 1, bias: true, groups: 4) -> tanh
        convtranspose(2x3, 5, dilation: 2) -> sigmoid""",
        (2, 6, 5, 7),
        nn.Sequential(
            nn.ConvTranspose2d(6, 20, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(20), nn.ReLU(),
            nn.ConvTranspose2d(20, 12, 3, stride=2, padding=1, output_padding=1, groups=4), nn.Tanh(),
            nn.ConvTranspose2d(12, 5, (2, 3), dilation=2, bias=False), nn.Sigmoid())),
    "pools": (
        """concat { maxpool(3x3, stride: 2, ceil: true, padding: 0) } { avgpool(3x3, stride: 2, padding: 0, ceil: true) }
        maxpool(3x3, stride: 1, dilation: 2, padding: 1) -> avgpool(3x3, stride: 1, padding: 1, countpadding: false)
        avgpool(2x2, stride: 1, padding: 1) -> adaptivemaxpool((7, 5)) -> adaptiveavgpool((4, 3))
        concat { maxpool(global) } { avgpool(global) }""",
        (2, 19, 23, 25),
        nn.Sequential(
            Do(lambda x: torch.cat([F.max_pool2d(x, 3, 2, ceil_mode=True), F.avg_pool2d(x, 3, 2, ceil_mode=True)], 1)),
            nn.MaxPool2d(3, 1, 1, dilation=2), nn.AvgPool2d(3, 1, 1, count_include_pad=False), nn.AvgPool2d(2, 1, 1),
            nn.AdaptiveMaxPool2d((7, 5)), nn.AdaptiveAvgPool2d((4, 3)),
            Do(lambda x: torch.cat([x.amax((2, 3), keepdim=True), x.mean((2, 3), keepdim=True)], 1)))),
    "activations": (
        """concat { relu } { relu6 } { leakyrelu(0.2) } { sigmoid } { hardsigmoid } { silu } { hardswish } { tanh } { gelu } { softmax }
        conv(1x1, 16) -> softmax""",
        (2, 5, 6, 7),
        nn.Sequential(
            Do(lambda x: torch.cat([
                F.relu(x), F.relu6(x), F.leaky_relu(x, 0.2), torch.sigmoid(x), F.hardsigmoid(x), F.silu(x), F.hardswish(x),
                torch.tanh(x), F.gelu(x), F.softmax(x, 1)], 1)),
            conv(50, 16, 1), nn.Softmax(1))),
    "normalizations": (
        "bn(scale: false, shift: false) -> layernorm -> groupnorm(3) -> lrn(5) -> scale -> scaleby(3/8) -> bn",
        (2, 18, 5, 6),
        nn.Sequential(
            nn.BatchNorm2d(18, affine=False), ChannelNorm(18), nn.GroupNorm(3, 18), nn.LocalResponseNorm(5, 1e-4, 0.75, 1.0),
            LayerScale(18), Do(lambda x: x * 0.375), nn.BatchNorm2d(18))),
    "rearrangements": (
        """conv(1x1, 24) -> shuffle(4) -> permute([23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22])
        concat { slice(3, 10) } { split(3, 1) } { identity }
        pad((1, 2, 0, 3)) -> padchannels(2, 5)
        upsample(2) -> upsample(2, mode: "bilinear") -> dropout""",
        (2, 4, 5, 6),
        nn.Sequential(
            conv(4, 24, 1), nn.ChannelShuffle(4), Do(lambda x: x.roll(1, 1)),
            Do(lambda x: torch.cat([x[:, 3:13], x.chunk(3, 1)[1], x], 1)), Do(lambda x: F.pad(x, (2, 3, 1, 0, 2, 5))),
            nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2, mode="bilinear"), nn.Dropout())),
    "blocks": (
        """conv(3x3, 32, stride: 2) -> bn -> relu
        add { conv(3x3, 32) -> bn } shortcut {}
        relu
        multiply { avgpool(global) -> conv(1x1, 8, bias: true) -> silu -> conv(1x1, 32, bias: true) -> sigmoid } shortcut {}
        add { maxpool(global) } shortcut {}
        flatten -> linear(20) -> relu -> linear(10, bias: false) -> softmax""",
        (3, 3, 9, 11),
        nn.Sequential(
            conv(3, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
            Do(lambda x, c, n: n(c(x)) + x, conv(32, 32, 3, padding=1), nn.BatchNorm2d(32)), nn.ReLU(),
            Do(lambda x, a, b: x * torch.sigmoid(b(F.silu(a(x.mean((2, 3), keepdim=True))))),
               conv(32, 8, 1, bias=True), conv(8, 32, 1, bias=True)),
            Do(lambda x: x + x.amax((2, 3), keepdim=True)), nn.Flatten(), nn.Linear(32 * 30, 20), nn.ReLU(),
            nn.Linear(20, 10, bias=False), nn.Softmax(1))),
}


def numbers(module):
    """The layer's own tensors in the order of the format."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        return [module.weight, module.bias]
    if isinstance(module, LayerScale):
        return [module.weight]
    if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)):
        return [module.weight, module.bias, getattr(module, "running_mean", None), getattr(module, "running_var", None)]
    return []


def main():
    for number, (name, (text, shape, network)) in enumerate(CASES.items()):
        torch.manual_seed(number)
        network.eval()
        layers = [m for m in network.modules() if numbers(m)]
        with torch.no_grad():
            for module in layers:
                for place, tensor in enumerate(numbers(module)):
                    if tensor is None:
                        continue
                    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                        fan = tensor[0].numel() if tensor.dim() > 1 else 100
                        tensor.normal_(0, (2 / fan) ** 0.5)
                    elif place in (0, 3):
                        tensor.uniform_(0.5, 1.5)
                    else:
                        tensor.normal_(0, 0.3)
            tensors = [t for m in layers for t in numbers(m) if t is not None]
            x = torch.randn(shape)
            kept = [t.clone() for t in tensors]
            y = network.double()(x.double()).float()
        size = ", ".join(str(n) for n in shape[1:])
        lines = [f"// PyTorch {torch.__version__}; batch {shape[0]}", f"network {name} {{", f"  input({size})"]
        lines += ["  " + line.strip() for line in text.splitlines()] + ["}"]
        (FOLDER / f"{name}.arch").write_text("\n".join(lines) + "\n")
        with open(FOLDER / f"{name}.f32", "wb") as file:
            for tensor in kept + [x, y]:
                values = tensor.flatten().tolist()
                file.write(struct.pack(f"<{len(values)}f", *values))
        print(f"{name}: {tuple(y.shape)}")


main()
