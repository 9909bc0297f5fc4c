"""Small networks of random weights, each with the layers of one family of detectors: a second is enough to run all of them."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 32


class Network:
    """Builds one graph; values are named after the layers that make them."""

    def __init__(self, name, opset=13, channels=3):
        self.name, self.opset = name, opset
        self.random = np.random.default_rng(sum(map(ord, name)))
        self.nodes, self.constants = [], []
        self.inputs = [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, channels, SIDE, SIDE])]

    def constant(self, values, kind=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def weights(self, *shape):
        spread = 1.5 / np.sqrt(np.prod(shape[1:])) if len(shape) > 1 else 0.3
        return self.constant(self.random.normal(0, spread, shape))

    def integers(self, *values):
        return self.constant(values, np.int64)

    def node(self, kind, *inputs, outputs=1, **attributes):
        number = len(self.nodes)
        names = [f"{kind.lower()}_{number}" + (f"_{index}" if outputs > 1 else "") for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"/{kind}_{number}", **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, x, before, after, kernel=1, stride=1, group=1, bias=True):
        operands = [x, self.weights(after, before // group, kernel, kernel)] + ([self.weights(after)] if bias else [])
        return self.node("Conv", *operands, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4,
                         dilations=[1, 1], group=group)

    def normalization(self, x, channels):
        variance = self.constant(self.random.uniform(0.5, 2, channels))
        scale = self.constant(self.random.uniform(0.7, 1.3, channels))
        return self.node("BatchNormalization", x, scale, self.weights(channels), self.weights(channels), variance, epsilon=1e-3)

    def silu(self, x):
        return self.node("Mul", x, self.node("Sigmoid", x))

    def resize(self, x, scale=2.0):
        return self.node("Resize", x, "", self.constant([1, 1, scale, scale]), mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def model(self, *outputs):
        values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, self.name, self.inputs, values, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], producer_name="test")
        model.ir_version = 8
        model = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
        onnx.checker.check_model(model)
        return model


def yolo():
    """Focus, batch norms, SiLU, C3, SPPF, upsampling, and a decoded head."""
    n = Network("yolo")
    parts = [n.node("Slice", "images", n.integers(row, column), n.integers(2**31 - 1, 2**31 - 1), n.integers(2, 3), n.integers(2, 2))
             for column in (0, 1) for row in (0, 1)]
    x = n.silu(n.normalization(n.conv(n.node("Concat", *parts, axis=1), 12, 16, 3, bias=False), 16))
    x = deep = n.silu(n.conv(x, 16, 16, 3, 2))
    left, right = n.silu(n.conv(x, 16, 8)), n.silu(n.conv(x, 16, 8))
    left = n.node("Add", left, n.silu(n.conv(n.silu(n.conv(left, 8, 8)), 8, 8, 3)))
    x = n.silu(n.conv(n.node("Concat", left, right, axis=1), 16, 16))
    pools = [n.silu(n.conv(x, 16, 8, 3, 2))]
    for _ in range(3):
        pools.append(n.node("MaxPool", pools[-1], kernel_shape=[5, 5], strides=[1, 1], pads=[2] * 4))
    x = n.node("Concat", n.resize(n.conv(n.node("Concat", *pools, axis=1), 32, 8)), deep, axis=1)
    x = n.node("Reshape", n.conv(x, 24, 3 * 7), n.integers(1, 3, 7, 8, 8))
    x = n.node("Sigmoid", n.node("Transpose", x, perm=[0, 1, 3, 4, 2]))
    xy, wh, rest = n.node("Split", x, n.integers(2, 2, 3), outputs=3, axis=4)
    grid = np.stack(np.meshgrid(np.arange(8), np.arange(8)), -1).reshape(1, 1, 8, 8, 2)
    xy = n.node("Mul", n.node("Add", n.node("Mul", xy, n.constant(2.0)), n.constant(grid - 0.5)), n.constant(4.0))
    wh = n.node("Mul", n.node("Pow", n.node("Mul", wh, n.constant(2.0)), n.constant(2.0)),
                n.constant(n.random.uniform(4, 30, (1, 3, 1, 1, 2))))
    x = n.node("Concat", xy, wh, rest, axis=4)
    return n.model(n.node("Reshape", x, n.integers(1, -1, 7)))


def shuffle():
    """Channel shuffles, splits, HardSwish, squeeze-and-excitation and raw maps."""
    n = Network("shuffle")
    x = n.node("Clip", n.conv("images", 3, 16, 3, 2), n.constant(0.0), n.constant(6.0))
    for _ in range(2):
        kept, y = n.node("Split", x, n.integers(8, 8), outputs=2, axis=1)
        y = hard_swish(n, n.conv(n.conv(n.node("Relu", n.conv(y, 8, 8)), 8, 8, 3, group=8), 8, 8))
        x = n.node("Concat", kept, y, axis=1)
        x = n.node("Reshape", x, n.integers(1, 2, 8, 16, 16))
        x = n.node("Reshape", n.node("Transpose", x, perm=[0, 2, 1, 3, 4]), n.integers(1, 16, 16, 16))
    gate = n.node("Relu", n.conv(n.node("GlobalAveragePool", x), 16, 4))
    x = n.node("Mul", x, n.node("HardSigmoid", n.conv(gate, 4, 16), alpha=1 / 6, beta=0.5))
    x = n.node("LeakyRelu", n.conv(x, 16, 16, 5, 2, group=16), alpha=0.1)
    scores = n.node("Sigmoid", n.conv(x, 16, 4))
    boxes = n.conv(x, 16, 32)
    return n.model(*[n.node("Transpose", n.node("Reshape", y, n.integers(1, c, -1)), perm=[0, 2, 1])
                     for y, c in ((scores, 4), (boxes, 32))])


def hard_swish(n, x):
    gate = n.node("Clip", n.node("Add", x, n.constant(3.0)), n.constant(0.0), n.constant(6.0))
    return n.node("Div", n.node("Mul", x, gate), n.constant(6.0))


def ssd():
    """ReLU6, depthwise layers, ghost modules, average pools, two levels joined, softmax."""
    n = Network("ssd")
    x = n.node("Clip", n.normalization(n.conv("images", 3, 8, 3, 2, bias=False), 8), n.constant(0.0), n.constant(6.0))
    ghost = n.node("Concat", x, n.node("Relu", n.conv(x, 8, 8, 3, group=8)), axis=1)
    first = n.node("Add", ghost, n.node("Clip", n.conv(ghost, 16, 16, 3, group=16), n.constant(0.0), n.constant(6.0)))
    second = n.node("AveragePool", n.conv(first, 16, 16), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4, count_include_pad=0)
    boxes, scores = [], []
    for x in (first, second):
        boxes.append(n.node("Reshape", n.node("Transpose", n.conv(x, 16, 8), perm=[0, 2, 3, 1]), n.integers(1, -1, 4)))
        scores.append(n.node("Reshape", n.node("Transpose", n.conv(x, 16, 6), perm=[0, 2, 3, 1]), n.integers(1, -1, 3)))
    return n.model(n.node("Concat", *boxes, axis=1), n.node("Softmax", n.node("Concat", *scores, axis=1), axis=2))


def mixed():
    """What is left: padding, PRelu, Mish, Elu, linear Resize, ConvTranspose, Gemm, reductions, odd shapes."""
    n = Network("mixed")
    x = n.node("Pad", "images", n.integers(0, 0, 1, 2, 0, 0, 1, 0), n.constant(0.0), mode="constant")
    x = n.node("PRelu", n.conv(x, 3, 8, 3, 2), n.constant(n.random.uniform(0, 0.5, (8, 1, 1))))
    x = n.node("Mul", x, n.node("Tanh", n.node("Softplus", x)))
    x = n.node("Resize", x, "", "", n.integers(1, 8, 24, 24), mode="linear", coordinate_transformation_mode="half_pixel")
    x = n.node("Elu", n.node("ConvTranspose", x, n.weights(8, 6, 2, 2), n.weights(6), kernel_shape=[2, 2], strides=[2, 2]), alpha=0.7)
    x = n.node("DepthToSpace", n.conv(x, 6, 8, 3, 2), blocksize=2, mode="CRD")
    x = n.node("SpaceToDepth", x, blocksize=2)
    x = n.node("Sub", x, n.node("ReduceMax", x, axes=[1], keepdims=1))
    mean = n.node("ReduceMean", x, axes=[2, 3], keepdims=0)
    y = n.node("Gemm", mean, n.weights(5, 8), n.weights(5), transB=1)
    z = n.node("MatMul", n.node("Flatten", n.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)), n.weights(1152, 3))
    return n.model(y, z)


def arithmetic():
    """Functions element by element, comparisons and choices, updates at places."""
    n = Network("arithmetic")
    x = n.node("Add", n.node("Abs", n.conv("images", 3, 8, 3, 4)), n.constant(0.5))
    y = n.node("Reciprocal", n.node("Sqrt", x))
    z = n.node("Neg", n.node("Exp", n.node("Log", x)))
    y = n.node("Sub", n.node("Erf", n.node("Softplus", z)), n.node("Max", y, n.node("Floor", x), n.node("Round", z)))
    above = n.node("Or", n.node("Greater", x, n.constant(n.random.uniform(0.5, 2, (8, 1, 1)))), n.node("Not", n.node("Less", z, y)))
    x = n.node("Where", above, n.node("Mul", x, y), n.constant(0.25))
    rows = n.node("Reshape", n.normalization(n.node("Pad", x, n.integers(0, 0, 1, 0, 0, 0, 0, 2), mode="reflect"), 8), n.integers(8, 90))
    places = n.constant(n.random.permutation(8)[:3].reshape(3, 1), np.int64)
    rows = n.node("ScatterND", rows, places, n.constant(n.random.normal(0, 1, (3, 90))))
    return n.model(rows, n.node("ReduceL2", rows, axes=[1], keepdims=1))


def end_to_end():
    """The end of networks that choose their detections themselves (YOLOv10, YOLO26): the best cells, then the best classes of these."""
    n = Network("end_to_end")
    x = n.silu(n.conv(n.silu(n.conv("images", 3, 16, 3, 2)), 16, 16, 3, 2))
    rows = n.node("Transpose", n.node("Reshape", n.conv(x, 16, 4 + 5), n.integers(1, 9, -1)), perm=[0, 2, 1])
    boxes, scores = n.node("Split", rows, n.integers(4, 5), outputs=2, axis=-1)
    scores = n.node("Sigmoid", scores)
    cells = n.node("Unsqueeze", n.node("TopK", n.node("ReduceMax", scores, axes=[-1], keepdims=0), n.integers(12), outputs=2)[1], n.integers(-1))
    boxes = n.node("GatherElements", boxes, n.node("Tile", cells, n.integers(1, 1, 4)), axis=1)
    scores = n.node("GatherElements", scores, n.node("Expand", cells, n.integers(1, 12, 5)), axis=1)
    scores, places = n.node("TopK", n.node("Flatten", scores), n.integers(12), outputs=2)
    rows = n.node("Unsqueeze", n.node("Div", places, n.integers(5)), n.integers(-1))
    rows = n.node("Concat", n.node("Expand", n.integers(0), n.integers(1, 12, 1)), rows, axis=-1)
    classes = n.node("Cast", n.node("Mod", places, n.integers(5)), to=TensorProto.FLOAT)
    parts = [n.node("GatherND", boxes, rows), *(n.node("Unsqueeze", y, n.integers(-1)) for y in (scores, classes))]
    return n.model(n.node("Concat", *parts, axis=-1))


def ranking():
    """The best along each axis, the smallest, single best ones, and what stands there."""
    n = Network("ranking")
    x = n.conv("images", 3, 8, 3, 4)
    smallest, places = n.node("TopK", x, n.integers(3), outputs=2, axis=1, largest=0, sorted=1)
    best = n.node("ArgMax", x, axis=2, keepdims=0)
    worst = n.node("ArgMin", n.node("Round", x), axis=-1, keepdims=1)
    chosen = n.node("GatherElements", x, worst, axis=3)
    row = n.node("Squeeze", n.node("ArgMax", n.node("ReduceMax", x, axes=[0, 1, 3], keepdims=0), axis=0, keepdims=1), n.integers(0))
    return n.model(smallest, n.node("Cast", places, to=TensorProto.FLOAT), n.node("Cast", best, to=TensorProto.FLOAT), chosen,
                   n.node("Gather", x, row, axis=2))


ALL = {network.__name__: network for network in (yolo, shuffle, ssd, mixed, arithmetic, end_to_end, ranking)}
