"""The modules of windhover's model definitions in PyTorch, to train them with.

In YOLOv5's and YOLOv7's trainers only the modules that these do not have are needed: see TRAINABLE below and docs/training.md. The others
are here so that whole networks can be compared with windhover's: `Network("model.yaml")` builds one, which puts out
what the ONNX file does. Parameters have the names that windhover looks for.
"""
import math

import torch
from torch import nn

# What the trainers do not have themselves. All take the channels that come in, then the arguments of the definition.
TRAINABLE = ("DSConv", "C3DW", "MobileNetV3_InvertedResidual", "ShuffleNetV2_InvertedResidual", "FusedMBConv", "MBConv")


def activation(act):
    """True is SiLU, False and None are nothing, a module is itself."""
    if isinstance(act, nn.Module):
        return act
    return nn.SiLU() if act is True else nn.Identity()


class Conv(nn.Module):
    """A convolution without bias, a batch norm, an activation."""

    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, d=1, act=True):
        super().__init__()
        if isinstance(d, (bool, nn.Module)):  # YOLOv7 has no dilation
            d, act = 1, d
        p = (d * (k - 1) + 1) // 2 if p is None else p
        self.conv = nn.Conv2d(c1, c2, k, s, p, groups=g, dilation=d, bias=False)
        self.bn = nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03)
        self.act = activation(act)

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class DWConv(Conv):
    """A Conv with as many groups as divide both numbers of channels."""

    def __init__(self, c1, c2, k=1, s=1, d=1, act=True):
        if isinstance(d, (bool, nn.Module)):
            d, act = 1, d
        super().__init__(c1, c2, k, s, None, math.gcd(c1, c2), d, act)


class DSConv(nn.Module):
    """One filter a channel, then a 1x1 convolution."""

    def __init__(self, c1, c2, k=3, s=1, act=True):
        super().__init__()
        self.dw = DWConv(c1, c1, k, s, act=act)
        self.pw = Conv(c1, c2, act=act)

    def forward(self, x):
        return self.pw(self.dw(x))


class Bottleneck(nn.Module):
    def __init__(self, c1, c2, shortcut=True, g=1, e=0.5):
        super().__init__()
        self.cv1 = Conv(c1, int(c2 * e))
        self.cv2 = Conv(int(c2 * e), c2, 3, g=g)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.add else y


class SeparableBottleneck(Bottleneck):
    def __init__(self, c1, c2, shortcut=True, e=0.5):
        super().__init__(c1, c2, shortcut, 1, e)
        self.cv2 = DSConv(int(c2 * e), c2)


class C3(nn.Module):
    """Bottlenecks beside a 1x1 convolution, joined by another."""

    def __init__(self, c1, c2, n=1, shortcut=True, g=1, e=0.5):
        super().__init__()
        c = int(c2 * e)
        self.cv1 = Conv(c1, c)
        self.cv2 = Conv(c1, c)
        self.cv3 = Conv(2 * c, c2)
        self.m = nn.Sequential(*(self.part(c, shortcut, g) for _ in range(n)))

    def part(self, c, shortcut, g):
        return Bottleneck(c, c, shortcut, g, 1.0)

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class C3DW(C3):
    def part(self, c, shortcut, g):
        return SeparableBottleneck(c, c, shortcut, 1.0)


class SPP(nn.Module):
    def __init__(self, c1, c2, k=(5, 9, 13)):
        super().__init__()
        self.cv1 = Conv(c1, c1 // 2)
        self.cv2 = Conv(c1 // 2 * (len(k) + 1), c2)
        self.m = nn.ModuleList(nn.MaxPool2d(x, 1, x // 2) for x in k)

    def forward(self, x):
        x = self.cv1(x)
        return self.cv2(torch.cat([x] + [pool(x) for pool in self.m], 1))


class SPPF(nn.Module):
    def __init__(self, c1, c2, k=5):
        super().__init__()
        self.cv1 = Conv(c1, c1 // 2)
        self.cv2 = Conv(c1 // 2 * 4, c2)
        self.m = nn.MaxPool2d(k, 1, k // 2)

    def forward(self, x):
        maps = [self.cv1(x)]
        for _ in range(3):
            maps.append(self.m(maps[-1]))
        return self.cv2(torch.cat(maps, 1))


class ReOrg(nn.Module):
    def forward(self, x):
        return torch.cat([x[..., i::2, j::2] for j in (0, 1) for i in (0, 1)], 1)


class Focus(nn.Module):
    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, act=True):
        super().__init__()
        self.squares = ReOrg()
        self.conv = Conv(4 * c1, c2, k, s, p, g, act=act)

    def forward(self, x):
        return self.conv(self.squares(x))


class GhostConv(nn.Module):
    """Half of the channels by a convolution, the other half by a cheap one of these."""

    def __init__(self, c1, c2, k=1, s=1, g=1, act=True):
        super().__init__()
        self.cv1 = Conv(c1, c2 // 2, k, s, None, g, act=act)
        self.cv2 = Conv(c2 // 2, c2 // 2, 5, 1, None, c2 // 2, act=act)

    def forward(self, x):
        y = self.cv1(x)
        return torch.cat((y, self.cv2(y)), 1)


class GhostBottleneck(nn.Module):
    def __init__(self, c1, c2, k=3, s=1):
        super().__init__()
        c = c2 // 2
        self.conv = nn.Sequential(
            GhostConv(c1, c),
            DWConv(c, c, k, s, act=False) if s == 2 else nn.Identity(),
            GhostConv(c, c2, act=False),
        )
        self.shortcut = nn.Sequential(DWConv(c1, c1, k, s, act=False), Conv(c1, c2, act=False)) if s == 2 else nn.Identity()

    def forward(self, x):
        return self.conv(x) + self.shortcut(x)


class C3Ghost(C3):
    def part(self, c, shortcut, g):
        return GhostBottleneck(c, c)


class SqueezeExcite(nn.Module):
    """Each channel times a gate that is found from the means of all."""

    def __init__(self, channels, hidden, act, gate):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, channels, 1)
        self.act, self.gate = act, gate

    def forward(self, x):
        mean = x.mean((2, 3), keepdim=True)
        return x * self.gate(self.fc2(self.act(self.fc1(mean))))


class InvertedResidual(nn.Module):
    """To more channels, depthwise, squeeze-excite, back."""

    def __init__(self, c1, c2, hidden, k, s, act, excite):
        super().__init__()
        self.expand = nn.Identity() if hidden == c1 else Conv(c1, hidden, act=act)
        self.dw = DWConv(hidden, hidden, k, s, act=act)
        self.se = excite
        self.project = Conv(hidden, c2, act=False)
        self.add = s == 1 and c1 == c2

    def forward(self, x):
        y = self.project(self.se(self.dw(self.expand(x))))
        return x + y if self.add else y


class MobileNetV3_InvertedResidual(InvertedResidual):
    def __init__(self, c1, c2, hidden, k=3, s=1, se=False, hs=False):
        act = nn.Hardswish() if hs else nn.ReLU()
        excite = SqueezeExcite(hidden, max(8, hidden // 4), nn.ReLU(), nn.Hardsigmoid()) if se else nn.Identity()
        super().__init__(c1, c2, hidden, k, s, act, excite)


class MBConv(InvertedResidual):
    def __init__(self, c1, c2, k=3, s=1, e=4, squeeze=0.25):
        hidden = int(c1 * e)
        excite = SqueezeExcite(hidden, max(1, int(c1 * squeeze)), nn.SiLU(), nn.Sigmoid()) if squeeze else nn.Identity()
        super().__init__(c1, c2, hidden, k, s, True, excite)


class FusedMBConv(nn.Module):
    def __init__(self, c1, c2, k=3, s=1, e=4):
        super().__init__()
        self.expand = nn.Identity() if e == 1 else Conv(c1, int(c1 * e), k, s)
        self.project = Conv(c1, c2, k, s) if e == 1 else Conv(int(c1 * e), c2, act=False)
        self.add = s == 1 and c1 == c2

    def forward(self, x):
        y = self.project(self.expand(x))
        return x + y if self.add else y


class ShuffleNetV2_InvertedResidual(nn.Module):
    def __init__(self, c1, c2, s=1):
        super().__init__()
        c, self.s = c2 // 2, s
        if s == 2:
            self.branch1 = nn.Sequential()
            self.branch1.dw = DWConv(c1, c1, 3, 2, act=False)
            self.branch1.pw = Conv(c1, c, act=nn.ReLU())
        self.branch2 = nn.Sequential()
        self.branch2.pw1 = Conv(c1 if s == 2 else c, c, act=nn.ReLU())
        self.branch2.dw = DWConv(c, c, 3, s, act=False)
        self.branch2.pw2 = Conv(c, c, act=nn.ReLU())

    def forward(self, x):
        kept, worked = (self.branch1(x), x) if self.s == 2 else x.chunk(2, 1)
        y = torch.cat((kept, self.branch2(worked)), 1)
        n, c, h, w = y.shape
        return y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Concat(nn.Module):
    def forward(self, maps):
        return torch.cat(maps, 1)


class Detect(nn.Module):
    """The head, as the trainers have it at inference: boxes in input pixels and scores."""

    def __init__(self, nc, anchors, channels):
        super().__init__()
        self.columns = nc + 5
        self.anchors = torch.tensor(anchors).float().view(len(anchors), 1, -1, 1, 1, 2)
        self.m = nn.ModuleList(nn.Conv2d(c, self.columns * self.anchors.shape[2], 1) for c in channels)

    def level(self, index, x):
        return self.m[index](x)

    def forward(self, maps, picture):
        rows = []
        for index, x in enumerate(maps):
            stride = picture.shape[2] // x.shape[2]
            n, _, h, w = x.shape
            y = self.level(index, x).view(n, -1, self.columns, h, w).permute(0, 1, 3, 4, 2).sigmoid()
            grid = torch.stack(torch.meshgrid(torch.arange(w), torch.arange(h), indexing="xy"), 2)
            centre = (2 * y[..., :2] - 0.5 + grid) * stride
            size = (2 * y[..., 2:4]) ** 2 * self.anchors[index]
            rows.append(torch.cat((centre, size, y[..., 4:]), -1).reshape(n, -1, self.columns))
        return torch.cat(rows, 1)


class Implicit(nn.Module):
    def __init__(self, channels, mean):
        super().__init__()
        self.implicit = nn.Parameter(mean + 0.02 * torch.randn(1, channels, 1, 1))


class IDetect(Detect):
    def __init__(self, nc, anchors, channels):
        super().__init__(nc, anchors, channels)
        self.ia = nn.ModuleList(Implicit(c, 0.0) for c in channels)
        self.im = nn.ModuleList(Implicit(m.out_channels, 1.0) for m in self.m)

    def level(self, index, x):
        return self.im[index].implicit * self.m[index](x + self.ia[index].implicit)


class Network(nn.Module):
    """A whole network of a model definition."""

    SCALED = (Conv, DWConv, DSConv, Bottleneck, C3, SPP, SPPF, Focus, GhostConv, GhostBottleneck, InvertedResidual, FusedMBConv,
              ShuffleNetV2_InvertedResidual)

    def __init__(self, definition):
        super().__init__()
        import yaml

        with open(definition) as file:
            text = yaml.safe_load(file)
        self.rows = text["backbone"] + text["head"]
        default = eval(text["activation"], {"nn": nn}) if "activation" in text else None
        names = {"nc": text["nc"], "anchors": text["anchors"], "nn": nn, "None": None, "nearest": "nearest"}
        channels, modules = [], []
        for index, (sources, number, name, args) in enumerate(self.rows):
            sources = sources if isinstance(sources, list) else [sources]
            inputs = [3 if index == 0 else channels[s] for s in sources]
            args = [eval(a, names) if isinstance(a, str) else a for a in args]
            number = max(round(number * text["depth_multiple"]), 1) if number > 1 else 1
            out = inputs[0]
            if name in ("MP", "SP"):
                k = args[0] if args else (2 if name == "MP" else 3)
                module = nn.MaxPool2d(k, k) if name == "MP" else nn.MaxPool2d(k, args[1] if len(args) > 1 else 1, k // 2)
            elif name == "nn.Upsample":
                module = nn.Upsample(None, args[1], "nearest")
            elif name == "Concat":
                module, out = Concat(), sum(inputs)
            elif name in ("Detect", "IDetect"):
                module = globals()[name](*args, inputs)
            elif name == "ReOrg":
                module, out = ReOrg(), 4 * inputs[0]
            else:
                kind = globals()[name]
                assert issubclass(kind, self.SCALED), name
                out = math.ceil(args[0] * text["width_multiple"] / 8) * 8
                args = [inputs[0], out] + ([number] if issubclass(kind, C3) else []) + args[1:]
                number = 1 if issubclass(kind, C3) else number
                parts = [kind(*args) for _ in range(number)]
                module = parts[0] if number == 1 else nn.Sequential(*parts)
            channels.append(out)
            modules.append(module)
        self.model = nn.ModuleList(modules)
        if default:
            for part in self.modules():
                if isinstance(part, Conv) and isinstance(part.act, nn.SiLU):
                    part.act = default

    def forward(self, picture):
        maps = []
        for index, (module, row) in enumerate(zip(self.model, self.rows)):
            sources = row[0] if isinstance(row[0], list) else [row[0]]
            inputs = [picture if index == 0 else maps[s] for s in sources]
            if isinstance(module, Detect):
                return module(inputs, picture)
            maps.append(module(inputs if isinstance(module, Concat) else inputs[0]))
