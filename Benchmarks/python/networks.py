#!/usr/bin/env python3
"""Writes depthwise detectors with random weights as ONNX, raw heads, batch norm folded: networks.py FOLDER

YOLOv5n and YOLOv5s with each 3×3 convolution as a depthwise and a pointwise one, and YOLOX-nano. Weights are scaled so that values
keep their size from layer to layer.
"""
import math
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Network:
    """A graph under construction; values are (name, channels, height, width)."""

    def __init__(self, name, size):
        self.name, self.size, self.nodes, self.weights, self.outputs = name, size, [], [], []
        self.random = np.random.default_rng(11)
        self.input = ("images", 3, size, size)

    def constant(self, name, array):
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind, inputs, value, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [value[0]], name=f"{kind}_{value[0]}", **attributes))
        return value

    def value(self, channels, height, width):
        return (f"v{len(self.nodes)}", channels, height, width)

    def conv(self, x, channels, kernel=1, stride=1, group=1, silu=True):
        fan = x[1] // group * kernel * kernel
        y = self.value(channels, -(-x[2] // stride), -(-x[3] // stride))
        scale = (1.7 if silu else 1.0) / math.sqrt(fan)
        weights = self.random.standard_normal((channels, x[1] // group, kernel, kernel)) * scale
        names = [
            self.constant(y[0] + ".w", weights.astype(np.float32)),
            self.constant(y[0] + ".b", (self.random.standard_normal(channels) * 0.05).astype(np.float32)),
        ]
        margin = (kernel - stride + 1) // 2 if kernel % 2 == 0 else kernel // 2
        self.node(
            "Conv", [x[0]] + names, y, kernel_shape=[kernel] * 2, strides=[stride] * 2, group=group, pads=[margin] * 4)
        return self.silu(y) if silu else y

    def silu(self, x):
        gate = self.node("Sigmoid", [x[0]], self.value(*x[1:]))
        return self.node("Mul", [x[0], gate[0]], self.value(*x[1:]))

    def separable(self, x, channels, stride=1):
        return self.conv(self.conv(x, x[1], 3, stride, group=x[1]), channels)

    def add(self, a, b):
        return self.node("Add", [a[0], b[0]], self.value(*a[1:]))

    def concat(self, *parts):
        y = self.value(sum(part[1] for part in parts), *parts[0][2:])
        return self.node("Concat", [part[0] for part in parts], y, axis=1)

    def pool(self, x, kernel):
        y = self.value(*x[1:])
        return self.node("MaxPool", [x[0]], y, kernel_shape=[kernel] * 2, strides=[1, 1], pads=[kernel // 2] * 4)

    def enlarge(self, x):
        y = self.value(x[1], x[2] * 2, x[3] * 2)
        scales = self.constant(y[0] + ".s", np.array([1, 1, 2, 2], np.float32))
        return self.node(
            "Resize", [x[0], "", scales], y, mode="nearest", coordinate_transformation_mode="asymmetric",
            nearest_mode="floor")

    def bottlenecks(self, x, channels, count, shortcut=True):
        """C3, or CSP layer: a chain of bottlenecks beside a plain branch."""
        half = channels // 2
        chain, side = self.conv(x, half), self.conv(x, half)
        for _ in range(count):
            inner = self.separable(self.conv(chain, half), half)
            chain = self.add(chain, inner) if shortcut else inner
        return self.conv(self.concat(chain, side), channels)

    def save(self, folder):
        def port(value):
            return helper.make_tensor_value_info(value[0], TensorProto.FLOAT, [1, *value[1:]])

        graph = helper.make_graph(
            self.nodes, self.name, [port(self.input)], [port(output) for output in self.outputs], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, os.path.join(folder, self.name + ".onnx"))


def pyramid(net, levels, widths, depth, shortcut=False):
    """Down and up again: features of three strides, each from all of them."""
    p3, p4, p5 = levels
    top = net.conv(p5, widths[1])
    middle = net.bottlenecks(net.concat(net.enlarge(top), p4), widths[1], depth, shortcut)
    narrow = net.conv(middle, widths[0])
    n3 = net.bottlenecks(net.concat(net.enlarge(narrow), p3), widths[0], depth, shortcut)
    n4 = net.bottlenecks(net.concat(net.separable(n3, widths[0], 2), narrow), widths[1], depth, shortcut)
    n5 = net.bottlenecks(net.concat(net.separable(n4, widths[1], 2), top), widths[2], depth, shortcut)
    return n3, n4, n5


def yolov5_depthwise(name, size, width):
    net = Network(name, size)
    w = [int(64 * width) << step for step in range(5)]
    x = net.conv(net.input, w[0], 6, 2)
    levels = []
    for channels, count in zip(w[1:], (1, 2, 3, 1)):
        x = net.bottlenecks(net.separable(x, channels, 2), channels, count)
        levels.append(x)
    pooled = [net.conv(levels[3], w[3])]
    for _ in range(3):
        pooled.append(net.pool(pooled[-1], 5))
    features = pyramid(net, (levels[1], levels[2], net.conv(net.concat(*pooled), w[4])), w[2:], 1)
    net.outputs = [net.conv(feature, 255, silu=False) for feature in features]
    return net


def yolox_nano():
    net = Network("yolox_nano_416", 416)
    x = net.conv(net.input, 16, 6, 2)
    levels = []
    for channels, count in ((32, 1), (64, 3), (128, 3)):
        x = net.bottlenecks(net.separable(x, channels, 2), channels, count)
        levels.append(x)
    x = net.conv(net.separable(x, 256, 2), 128)
    x = net.conv(net.concat(x, *(net.pool(x, kernel) for kernel in (5, 9, 13))), 256)
    p5 = net.bottlenecks(x, 256, 1, shortcut=False)
    for feature in pyramid(net, (levels[1], levels[2], p5), (64, 128, 256), 1):
        stem = net.conv(feature, 64)
        classes, boxes = (net.separable(net.separable(stem, 64), 64) for _ in range(2))
        net.outputs += [net.conv(classes, 80, silu=False), net.conv(boxes, 4, silu=False)]
        net.outputs.append(net.conv(boxes, 1, silu=False))
    return net


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    yolov5_depthwise("yolov5n_dw_640", 640, 0.25).save(folder)
    yolov5_depthwise("yolov5n_dw_320", 320, 0.25).save(folder)
    yolov5_depthwise("yolov5s_dw_640", 640, 0.5).save(folder)
    yolox_nano().save(folder)


if __name__ == "__main__":
    main()
