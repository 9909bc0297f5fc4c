#!/usr/bin/env python3
"""Writes an ONNX model in other forms that mean the same, as other exporters and operator sets have them.

usage: rewritten_models.py OUT_DIR [MODEL.onnx …] [--forms NAME …] [--compare WINDHOVER [--inspect]]

Without a model the small networks of small_networks.py are taken. Each form becomes OUT_DIR/MODEL.FORM.onnx, and OUT_DIR/MODEL.npy an
input; forms that a model has no place for are left out. With --compare the binary runs each form, and what it puts out is compared
with what ONNX Runtime makes of the original: a difference above 1e-4 of the largest value is a failure, and so is an error. Forms of less
precision (TOLERANCES) are compared with what ONNX Runtime makes of themselves. With --inspect `model inspect` must also say the same
head, strides and anchors as of the original.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, version_converter

import small_networks

# ONNX Runtime rounds each layer's result to half a float, the engine none; and quantized layers to bytes, some to the next one. For these
# root mean squares are compared: single cells where a model is undecided come out quite otherwise.
TOLERANCES = {"float16_weights": 1e-4, "float16_model": 5e-3, "quantized": 0.1, "quantized_signed": 0.1}
FORMS = {}


def form(function):
    FORMS[function.__name__] = function
    return function


def read(node):
    """What a node and the graphs inside it read."""
    inner = [other for attribute in node.attribute for other in attribute.g.node]
    return [*node.input, *(name for other in inner for name in read(other))]


class Rewriting:
    """A copy of a model whose nodes are replaced one by one."""

    def __init__(self, model):
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.graph = self.model.graph
        self.opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
        self.constants = {entry.name: entry for entry in self.graph.initializer}
        for node in self.graph.node:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                self.constants[node.output[0]] = node.attribute[0].t
        self.types, self.whole = {}, set()
        try:
            inferred = onnx.shape_inference.infer_shapes(self.model, data_prop=True).graph
            for value in list(inferred.value_info) + list(inferred.input) + list(inferred.output):
                if value.type.tensor_type.elem_type == TensorProto.INT64:
                    self.whole.add(value.name)
                if value.type.tensor_type.HasField("shape"):
                    self.types[value.name] = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        except Exception:
            pass
        self.made, self.count = [], 0

    def array(self, name):
        return numpy_helper.to_array(self.constants[name]) if name in self.constants else None

    def shape(self, name):
        if name in self.constants:
            return list(self.constants[name].dims)
        shape = self.types.get(name)
        return shape if shape and all(shape) else None

    def name(self, role):
        self.count += 1
        return f"rewritten/{role}_{self.count}"

    def constant(self, values, kind=np.float32):
        tensor = numpy_helper.from_array(np.array(values, kind), self.name("constant"))
        self.graph.initializer.append(tensor)
        self.constants[tensor.name] = tensor
        return tensor.name

    def integers(self, values):
        return self.constant(values, np.int64)

    def add(self, kind, *inputs, to=None, outputs=1, **attributes):
        results = to if isinstance(to, list) else [to] if to else [self.name(kind.lower()) for _ in range(outputs)]
        self.made.append(helper.make_node(kind, list(inputs), results, name=self.name("node"), **attributes))
        return results[0] if len(results) == 1 else results

    def cast(self, x, kind, to=None):
        """Apart from `add`, since the attribute's name is `to`, as that of the result here."""
        name = to or self.name("cast")
        self.made.append(helper.make_node("Cast", [x], [name], name=self.name("node"), to=kind))
        return name

    def each(self, *kinds, when=lambda node: True):
        """Calls the body for each node of the kinds; a body that returns False leaves the node as it is."""

        def run(body):
            replaced = 0
            nodes = []
            for node in self.graph.node:
                self.made = []
                attributes = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
                if node.op_type in kinds and when(node) and body(node, attributes) is not False:
                    nodes += self.made
                    replaced += 1
                else:
                    nodes.append(node)
            nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
            del self.graph.node[:]
            self.graph.node.extend(nodes)
            self.replaced = getattr(self, "replaced", 0) + replaced

        return run

    def result(self, opset=None):
        if not getattr(self, "replaced", 1):
            return None
        if opset:
            self.model.opset_import[0].version = opset
        del self.graph.value_info[:]
        self.prune()
        return self.model

    def prune(self):
        used = {name for node in self.graph.node for name in read(node)} | {entry.name for entry in self.graph.output}
        kept = [entry for entry in self.graph.initializer if entry.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)


# --- Operator sets


def converted(version):
    def convert(model):
        r = Rewriting(model)
        if r.opset == version:
            return None
        result = version_converter.convert_version(model, version)
        result.ir_version = max(3, min(10, model.ir_version)) if version < 21 else 10
        return result

    convert.__name__ = f"opset_{version}"
    return convert


for number in range(11, 22):
    FORMS[f"opset_{number}"] = converted(number)


def old(model, version):
    """What the version converter does not manage: operands become attributes, Resize becomes Upsample."""
    r = Rewriting(model)
    if r.opset < 11 or any(node.op_type in ("Softmax",) and r.opset >= 13 and node.attribute and
                           node.attribute[0].i not in (-1, len(r.shape(node.input[0]) or []) - 1) for node in model.graph.node):
        return None
    if any(node.op_type in ("GatherElements", "GatherND") for node in model.graph.node):
        return None

    @r.each("Clip")
    def _(node, a):
        bounds = [float(r.array(name).reshape(())) if name else None for name in list(node.input[1:])]
        names = {key: value for key, value in zip(("min", "max"), bounds) if value is not None}
        r.add("Clip", node.input[0], to=node.output[0], **names)

    @r.each("Pad")
    def _(node, a):
        value = float(r.array(node.input[2])) if len(node.input) > 2 else 0.0
        r.add("Pad", node.input[0], to=node.output[0], pads=r.array(node.input[1]).tolist(), value=value, mode=a.get("mode", b"constant"))

    @r.each("Slice")
    def _(node, a):
        starts, ends, axes = (r.array(name).tolist() for name in node.input[1:4])
        steps = r.array(node.input[4]).tolist() if len(node.input) > 4 else [1] * len(starts)
        if version < 10:
            if any(step != 1 for step in steps):
                raise ValueError("steps need operator set 10")
            r.add("Slice", node.input[0], to=node.output[0], starts=starts, ends=ends, axes=axes)
        else:
            return False

    @r.each("Squeeze", "Unsqueeze", "ReduceSum", "Split")
    def _(node, a):
        if len(node.input) < 2:
            return False
        a["split" if node.op_type == "Split" else "axes"] = r.array(node.input[1]).tolist()
        r.add(node.op_type, node.input[0], to=list(node.output), **a)

    @r.each("Resize", "Upsample")
    def _(node, a):
        if node.op_type == "Upsample":
            return False
        if a.get("coordinate_transformation_mode", b"half_pixel") != b"asymmetric" or a["mode"] != b"nearest":
            raise ValueError("this Resize needs operator set 11")
        x, scales = node.input[0], node.input[2]
        if not scales or not r.array(scales).size:
            scales = r.constant(np.array(r.array(node.input[3])) / np.array(r.shape(x)))
        r.add("Upsample" if version < 10 else "Resize", x, scales, to=node.output[0], mode=a["mode"])

    @r.each("HardSwish")
    def _(node, a):
        gate = r.add("HardSigmoid", node.input[0], alpha=1 / 6, beta=0.5)
        r.add("Mul", node.input[0], gate, to=node.output[0])

    @r.each("DepthToSpace", "Softmax")
    def _(node, a):
        if node.op_type == "DepthToSpace":
            if a.get("mode", b"DCR") != b"DCR":
                raise ValueError("this DepthToSpace needs operator set 11")
            return False
        axis = a.get("axis", -1 if r.opset >= 13 else 1)
        r.add("Softmax", node.input[0], to=node.output[0], axis=axis if axis >= 0 else len(r.shape(node.input[0])) - 1)

    r.replaced = 1
    result = r.result(version)
    result.ir_version = 4
    return result


@form
def opset_9(model):
    return old(model, 9)


@form
def opset_10(model):
    return old(model, 10)


# --- Where constants are kept


@form
def constant_nodes(model):
    """Weights as Constant nodes, as PyTorch writes small ones."""
    r = Rewriting(model)
    nodes = [helper.make_node("Constant", [], [entry.name], value=entry) for entry in r.graph.initializer]
    unlist_initializers(r)
    nodes += [onnx.NodeProto.FromString(node.SerializeToString()) for node in r.graph.node]
    del r.graph.initializer[:], r.graph.node[:]
    r.graph.node.extend(nodes)
    return r.result()


def unlist_initializers(r):
    """Old models list initializers among the inputs."""
    names = {entry.name for entry in r.graph.initializer}
    for value in [value for value in r.graph.input if value.name in names]:
        r.graph.input.remove(value)


@form
def initializers(model):
    """Constant nodes as initializers, listed among the inputs, too."""
    r = Rewriting(model)
    for node in list(r.graph.node):
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            entry = r.graph.initializer.add()
            entry.CopyFrom(node.attribute[0].t)
            entry.name = node.output[0]
            r.graph.node.remove(node)
    listed = {entry.name for entry in r.graph.input}
    for entry in r.graph.initializer:
        if entry.name not in listed:
            r.graph.input.append(helper.make_tensor_value_info(entry.name, entry.data_type, list(entry.dims)))
    return r.model


def through(model, make):
    """Each large initializer read through other nodes."""
    r = Rewriting(model)
    unlist_initializers(r)
    nodes = []
    for entry in list(r.graph.initializer):
        if entry.data_type == TensorProto.FLOAT and entry.dims:
            r.made = []
            name = entry.name
            entry.name = name + "/kept"
            make(r, entry, name)
            nodes += r.made
    if not nodes:
        return None
    nodes += [onnx.NodeProto.FromString(node.SerializeToString()) for node in r.graph.node]
    del r.graph.node[:]
    r.graph.node.extend(nodes)
    return r.result()


@form
def identities_of_weights(model):
    return through(model, lambda r, entry, name: r.add("Identity", entry.name, to=name))


@form
def transposed_weights(model):
    """Weights as tf2onnx leaves them: HWIO, transposed in the graph."""

    def make(r, entry, name):
        array = numpy_helper.to_array(entry)
        if array.ndim != 4:
            return r.add("Identity", entry.name, to=name)
        entry.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array.transpose(2, 3, 1, 0)), entry.name))
        r.add("Transpose", entry.name, to=name, perm=[3, 2, 0, 1])

    return through(model, make)


@form
def reshaped_weights(model):
    def make(r, entry, name):
        array = numpy_helper.to_array(entry)
        entry.CopyFrom(numpy_helper.from_array(array.reshape(-1).copy(), entry.name))
        r.add("Reshape", entry.name, r.integers(array.shape), to=name)

    return through(model, make)


@form
def float16_weights(model):
    """float16 initializers and a Cast for each."""

    def make(r, entry, name):
        entry.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(entry).astype(np.float16), entry.name))
        r.cast(entry.name, TensorProto.FLOAT, to=name)

    return through(model, make)


@form
def double_weights(model):
    def make(r, entry, name):
        entry.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(entry).astype(np.float64), entry.name))
        r.cast(entry.name, TensorProto.FLOAT, to=name)

    return through(model, make)


@form
def typed_data(model):
    r = Rewriting(model)
    for entry in r.graph.initializer:
        if entry.data_type in (TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8, TensorProto.INT32):
            array = numpy_helper.to_array(entry)
            made = helper.make_tensor(entry.name, entry.data_type, list(entry.dims), array.reshape(-1).tolist())
            entry.CopyFrom(made)
    return r.model


@form
def external_data(model):
    """All tensors in one file beside the model."""
    return model


@form
def float16_model(model):
    """Casts at both ends, half floats between."""
    r = Rewriting(model)
    if any(node.op_type in ("Resize", "Upsample", "Cast", "Constant", "NonMaxSuppression") for node in r.graph.node):
        return None
    for entry in r.graph.initializer:
        if entry.data_type == TensorProto.FLOAT:
            entry.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(entry).astype(np.float16), entry.name))
    source = r.graph.input[0].name
    for node in r.graph.node:
        node.input[:] = [name + "/half" if name == source else name for name in node.input]
        node.output[:] = [name + "/half" if name in {entry.name for entry in r.graph.output} else name for name in node.output]
    outputs = {entry.name for entry in r.graph.output}
    for node in r.graph.node:
        node.input[:] = [name + "/half" if name in outputs else name for name in node.input]
    nodes = [helper.make_node("Cast", [source], [source + "/half"], to=TensorProto.FLOAT16)]
    nodes += [onnx.NodeProto.FromString(node.SerializeToString()) for node in r.graph.node]
    nodes += [helper.make_node("Cast", [name + "/half"], [name], to=TensorProto.FLOAT) for name in sorted(outputs)]
    del r.graph.node[:]
    r.graph.node.extend(nodes)
    return r.result()


# --- Shapes


@form
def symbolic_batch(model):
    r = Rewriting(model)
    for value in list(r.graph.input) + list(r.graph.output):
        if value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].ClearField("dim_value")
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
    return r.result()


@form
def symbolic_sides(model):
    r = Rewriting(model)
    dims = r.graph.input[0].type.tensor_type.shape.dim
    for axis, name in ((0, "batch"), (2, "height"), (3, "width")) if dims[1].dim_value in (1, 3) else ((0, "batch"), (1, "h"), (2, "w")):
        dims[axis].ClearField("dim_value")
        dims[axis].dim_param = name
    for value in r.graph.output:
        value.type.tensor_type.ClearField("shape")
    return r.result()


@form
def shape_arithmetic(model):
    """Targets of Reshape computed from the operand's shape: Shape, Gather, Unsqueeze, Mul, Concat."""
    r = Rewriting(model)

    @r.each("Reshape")
    def _(node, a):
        target, shape = r.array(node.input[1]), r.shape(node.input[0])
        if target is None or shape is None or len(target) < 2:
            return False
        size = r.add("Shape", node.input[0])
        batch = r.add("Gather", size, r.constant(0, np.int64), axis=0)
        axes = {"axes": [0]} if r.opset < 13 else {}
        parts = [r.add("Unsqueeze", batch, *([] if r.opset < 13 else [r.integers([0])]), **axes)]
        for extent in target[1:]:
            if extent > 1 and extent == shape[1]:
                entry = r.add("Gather", size, r.constant(1, np.int64), axis=0)
                half = r.add("Div", r.add("Mul", entry, r.constant(2, np.int64)), r.constant(2, np.int64))
                parts.append(r.add("Unsqueeze", half, *([] if r.opset < 13 else [r.integers([0])]), **axes))
            else:
                parts.append(r.integers([extent]))
        if target[0] not in (1, shape[0]):
            return False
        r.add("Reshape", node.input[0], r.add("Concat", *parts, axis=0), to=node.output[0])

    return r.result()


@form
def resize_by_computed_sizes(model):
    """Sizes of Resize as PyTorch computes them: Shape, Slice, Cast, Mul, Floor, Cast, Concat."""
    r = Rewriting(model)

    @r.each("Resize")
    def _(node, a):
        shape, target = r.shape(node.input[0]), r.shape(node.output[0])
        if r.opset < 11 or not shape or not target:
            return False
        size = r.add("Shape", node.input[0])
        front = r.add("Slice", size, r.integers([0]), r.integers([2]), r.integers([0]))
        sides = []
        for axis in (2, 3):
            entry = r.add("Gather", size, r.integers([axis]), axis=0)
            scaled = r.add("Floor", r.add("Mul", r.cast(entry, TensorProto.FLOAT), r.constant([target[axis] / shape[axis]])))
            sides.append(r.cast(scaled, TensorProto.INT64))
        sizes = r.add("Concat", front, *sides, axis=0)
        r.add("Resize", node.input[0], "" if r.opset >= 13 else r.constant([]), "" if r.opset >= 13 else r.constant([]), sizes,
              to=node.output[0], **a)

    return r.result()


@form
def expanded_shapes(model):
    """Constants of grids as PyTorch leaves them: Where, Equal, ConstantOfShape, Expand."""
    r = Rewriting(model)

    @r.each("Add")
    def _(node, a):
        grid = next((name for name in node.input if r.array(name) is not None and r.array(name).ndim > 2), None)
        if grid is None:
            return False
        other = next(name for name in node.input if name != grid)
        shape = r.shape(grid)
        target = r.integers([-1] * len(shape))
        minus = r.add("Mul", r.add("ConstantOfShape", r.integers([len(shape)]), value=numpy_helper.from_array(np.array([1], np.int64))),
                      r.constant(-1, np.int64))
        ones = r.add("ConstantOfShape", r.integers([len(shape)]), value=numpy_helper.from_array(np.array([1], np.int64)))
        chosen = r.add("Where", r.add("Equal", target, minus), ones, target)
        r.add("Add", other, r.add("Expand", grid, chosen), to=node.output[0])

    return r.result()


@form
def computed_grid(model):
    """The grid of a decoding head from Range, Expand and Stack, as its exporter left it."""
    r = Rewriting(model)

    @r.each("Add")
    def _(node, a):
        grid = next((name for name in node.input if r.array(name) is not None and r.array(name).ndim == 5), None)
        array = r.array(grid) if grid else None
        if array is None or array.shape[-1] != 2:
            return False
        other = next(name for name in node.input if name != grid)
        rows, columns = array.shape[2:4]
        first = float(array.min())
        expected = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1).reshape(1, 1, rows, columns, 2) + first
        if not np.array_equal(np.broadcast_to(expected, array.shape).astype(np.float32), array):
            return False
        zero, one = r.constant(0, np.int64), r.constant(1, np.int64)
        lines = [r.add("Range", zero, r.constant(count, np.int64), one) for count in (rows, columns)]
        ys = r.add("Expand", r.add("Reshape", lines[0], r.integers([rows, 1])), r.integers([rows, columns]))
        xs = r.add("Expand", r.add("Reshape", lines[1], r.integers([1, columns])), r.integers([rows, columns]))
        parts = [r.add("Reshape", name, r.integers([1, 1, rows, columns, 1])) for name in (xs, ys)]
        both = r.cast(r.add("Concat", *parts, axis=4), TensorProto.FLOAT)
        r.add("Add", other, r.add("Add", both, r.constant(first)), to=node.output[0])

    return r.result()


# --- Activations


@form
def silu_by_hand(model):
    """x * sigmoid(x) as x / (1 + exp(-x))."""
    r = Rewriting(model)

    @r.each("Mul")
    def _(node, a):
        gates = [other for other in r.graph.node if other.op_type == "Sigmoid" and other.output[0] in node.input]
        if not gates or gates[0].input[0] not in node.input:
            return False
        x = gates[0].input[0]
        r.add("Div", x, r.add("Add", r.constant(1.0), r.add("Exp", r.add("Neg", x))), to=node.output[0])

    return r.result()


def hard_swishes(r):
    """Nodes that end x * clip(x + 3, 0, 6) / 6, with x."""
    makers = {name: node for node in r.graph.node for name in node.output}
    found = {}
    for node in r.graph.node:
        if node.op_type == "HardSwish":
            found[node.output[0]] = node.input[0]
        if node.op_type in ("Div", "Mul") and len(node.input) == 2:
            product = makers.get(node.input[0])
            if product is not None and product.op_type == "Mul" and r.array(node.input[1]) is not None:
                for x, gate in (tuple(product.input), tuple(product.input)[::-1]):
                    clip = makers.get(gate)
                    plus = makers.get(clip.input[0]) if clip is not None and clip.op_type == "Clip" else None
                    if plus is not None and plus.op_type == "Add" and x in plus.input:
                        found[node.output[0]] = x
    return found


def swish_form(make):
    def rewrite(model):
        r = Rewriting(model)
        found = hard_swishes(r)

        @r.each("Div", "Mul", "HardSwish", when=lambda node: node.output[0] in found)
        def _(node, a):
            make(r, found[node.output[0]], node.output[0])

        drop_unused(r)
        return r.result()

    return rewrite


def drop_unused(r):
    while True:
        used = {name for node in r.graph.node for name in read(node)} | {entry.name for entry in r.graph.output}
        unused = [node for node in r.graph.node if not any(name in used for name in node.output)]
        if not unused:
            return
        for node in unused:
            r.graph.node.remove(node)


FORMS["hard_swish_by_hard_sigmoid"] = swish_form(
    lambda r, x, to: r.add("Mul", x, r.add("HardSigmoid", x, alpha=1 / 6, beta=0.5), to=to))
FORMS["hard_swish_divided_first"] = swish_form(
    lambda r, x, to: r.add("Mul", r.add("Div", r.add("Clip", r.add("Add", r.constant(3.0), x), r.constant(0.0), r.constant(6.0)),
                                        r.constant(6.0)), x, to=to) if r.opset >= 11 else False)
FORMS["hard_swish_times_sixth"] = swish_form(
    lambda r, x, to: r.add("Mul", r.add("Mul", x, r.add("Min", r.add("Relu", r.add("Add", x, r.constant(3.0))), r.constant(6.0))),
                           r.constant(1 / 6), to=to))
FORMS["hard_swish_operator"] = swish_form(
    lambda r, x, to: r.add("HardSwish", x, to=to) if r.opset >= 14 else r.add("Mul", r.add("HardSigmoid", x, alpha=1 / 6, beta=0.5), x, to=to))


@form
def mish_operator(model):
    r = Rewriting(version_converter.convert_version(model, 18))

    @r.each("Mul")
    def _(node, a):
        makers = {name: other for other in r.graph.node for name in other.output}
        for x, gate in (tuple(node.input), tuple(node.input)[::-1]):
            tanh = makers.get(gate)
            soft = makers.get(tanh.input[0]) if tanh is not None and tanh.op_type == "Tanh" else None
            if soft is not None and soft.op_type == "Softplus" and soft.input[0] == x:
                r.add("Mish", x, to=node.output[0])
                return True
        return False

    drop_unused(r)
    return r.result()


@form
def mish_by_hand(model):
    """softplus as log(1 + exp(x))."""
    r = Rewriting(model)

    @r.each("Softplus")
    def _(node, a):
        r.add("Log", r.add("Add", r.add("Exp", node.input[0]), r.constant(1.0)), to=node.output[0])

    return r.result()


@form
def leaky_relu_as_max(model):
    r = Rewriting(model)

    @r.each("LeakyRelu")
    def _(node, a):
        r.add("Max", node.input[0], r.add("Mul", node.input[0], r.constant(a.get("alpha", 0.01))), to=node.output[0])

    return r.result()


@form
def leaky_relu_as_prelu(model):
    r = Rewriting(model)

    @r.each("LeakyRelu")
    def _(node, a):
        channels = (r.shape(node.input[0]) or [0, 1])[1]
        r.add("PRelu", node.input[0], r.constant(np.full((channels, 1, 1), a.get("alpha", 0.01))), to=node.output[0])

    return r.result()


@form
def leaky_relu_as_two_relus(model):
    """relu(x) - a * relu(-x)."""
    r = Rewriting(model)

    @r.each("LeakyRelu")
    def _(node, a):
        left = r.add("Relu", node.input[0])
        right = r.add("Mul", r.add("Relu", r.add("Neg", node.input[0])), r.constant(a.get("alpha", 0.01)))
        r.add("Sub", left, right, to=node.output[0])

    return r.result()


@form
def leaky_relu_as_where(model):
    r = Rewriting(model)
    if r.opset < 9:
        return None

    @r.each("LeakyRelu")
    def _(node, a):
        scaled = r.add("Mul", node.input[0], r.constant(a.get("alpha", 0.01)))
        r.add("Where", r.add("Less", node.input[0], r.constant(0.0)), scaled, node.input[0], to=node.output[0])

    return r.result()


@form
def relu6_as_min_max(model):
    r = Rewriting(model)

    @r.each("Clip")
    def _(node, a):
        if len(node.input) < 3:
            return False
        r.add("Min", r.add("Max", node.input[0], node.input[1]), node.input[2], to=node.output[0])

    return r.result()


@form
def clip_in_two(model):
    """Clips with one absent bound: (x, '', max) of (x, min)."""
    r = Rewriting(model)

    @r.each("Clip")
    def _(node, a):
        if len(node.input) < 3:
            return False
        r.add("Clip", r.add("Clip", node.input[0], node.input[1], ""), "", node.input[2], to=node.output[0])

    return r.result()


@form
def relu_as_clip(model):
    r = Rewriting(model)

    @r.each("Relu")
    def _(node, a):
        r.add("Clip", node.input[0], r.constant(0.0), to=node.output[0]) if r.opset >= 11 else r.add(
            "Clip", node.input[0], to=node.output[0], min=0.0)

    return r.result()


@form
def hard_sigmoid_by_hand(model):
    r = Rewriting(model)

    @r.each("HardSigmoid")
    def _(node, a):
        line = r.add("Add", r.add("Mul", node.input[0], r.constant(a.get("alpha", 0.2))), r.constant(a.get("beta", 0.5)))
        r.add("Clip", line, r.constant(0.0), r.constant(1.0), to=node.output[0]) if r.opset >= 11 else r.add(
            "Clip", line, to=node.output[0], min=0.0, max=1.0)

    return r.result()


@form
def sigmoid_by_hand(model):
    r = Rewriting(model)

    @r.each("Sigmoid")
    def _(node, a):
        r.add("Reciprocal", r.add("Add", r.add("Exp", r.add("Neg", node.input[0])), r.constant(1.0)), to=node.output[0])

    return r.result()


@form
def softmax_by_hand(model):
    r = Rewriting(model)

    @r.each("Softmax")
    def _(node, a):
        rank = len(r.shape(node.input[0]) or [])
        axis = a.get("axis", -1 if r.opset >= 13 else 1)
        if not rank or r.opset < 13 and axis not in (-1, rank - 1) or r.opset >= 18:
            return False
        shifted = r.add("Exp", r.add("Sub", node.input[0], r.add("ReduceMax", node.input[0], axes=[axis], keepdims=1)))
        total = r.add("ReduceSum", shifted, r.integers([axis]), keepdims=1) if r.opset >= 13 else r.add(
            "ReduceSum", shifted, axes=[axis], keepdims=1)
        r.add("Div", shifted, total, to=node.output[0])

    return r.result()


# --- Layers


@form
def normalization_apart(model):
    """A batch norm behind every convolution: weights and bias divided, the norm multiplies again."""
    r = Rewriting(model)
    generator = np.random.default_rng(3)

    @r.each("Conv")
    def _(node, a):
        weights = r.array(node.input[1])
        if weights is None or weights.ndim != 4:
            return False
        channels = weights.shape[0]
        bias = r.array(node.input[2]) if len(node.input) > 2 and node.input[2] else np.zeros(channels, np.float32)
        if bias is None:
            return False
        scale, mean = generator.uniform(0.5, 2, channels), generator.normal(0, 0.2, channels)
        variance = generator.uniform(0.5, 2, channels)
        factor = scale / np.sqrt(variance + 1e-3)
        y = r.add("Conv", node.input[0], r.constant(weights / factor[:, None, None, None]), **a)
        r.add("BatchNormalization", y, r.constant(scale), r.constant(bias + mean * factor), r.constant(mean), r.constant(variance),
              to=node.output[0], epsilon=1e-3)

    return r.result()


@form
def normalization_by_hand(model):
    """Batch norms as Sub, Mul, Add with constants of shape [C, 1, 1], as Paddle and TensorFlow leave them."""
    r = Rewriting(model)

    @r.each("BatchNormalization")
    def _(node, a):
        scale, bias, mean, variance = (r.array(name) for name in node.input[1:5])
        factor = scale / np.sqrt(variance + a.get("epsilon", 1e-5))
        column = lambda values: r.constant(values.reshape(-1, 1, 1))
        centred = r.add("Sub", node.input[0], column(mean))
        r.add("Add", r.add("Mul", column(factor), centred), column(bias), to=node.output[0])

    return r.result()


@form
def bias_apart(model):
    """Biases as Add of a [1, C, 1, 1] constant."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        if len(node.input) < 3 or r.array(node.input[2]) is None:
            return False
        y = r.add("Conv", node.input[0], node.input[1], **a)
        r.add("Add", y, r.constant(r.array(node.input[2]).reshape(1, -1, 1, 1)), to=node.output[0])

    return r.result()


@form
def absent_bias(model):
    """An empty name for each absent bias."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        if len(node.input) > 2:
            return False
        r.add("Conv", node.input[0], node.input[1], "", to=node.output[0], **a)

    return r.result()


@form
def padding_apart(model):
    """Zero padding by Pad nodes."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        pads = a.pop("pads", [0] * 4)
        if not any(pads) or a.pop("auto_pad", b"NOTSET") != b"NOTSET":
            return False
        spread = [0, 0, *pads[:2], 0, 0, *pads[2:]]
        x = r.add("Pad", node.input[0], r.integers(spread), mode="constant") if r.opset >= 11 else r.add(
            "Pad", node.input[0], mode="constant", pads=spread)
        r.add("Conv", x, *node.input[1:], to=node.output[0], **a)

    return r.result()


@form
def automatic_padding(model):
    """auto_pad where it says what the pads said: SAME_UPPER, SAME_LOWER or VALID."""
    r = Rewriting(model)

    @r.each("Conv", "MaxPool")
    def _(node, a):
        shape = r.shape(node.input[0])
        kernel = a.get("kernel_shape") or list(r.array(node.input[1]).shape[2:])
        pads, strides = a.get("pads", [0] * 4), a.get("strides", [1, 1])
        dilations = a.get("dilations", [1, 1])
        if a.get("auto_pad", b"NOTSET") != b"NOTSET" or not shape or a.get("ceil_mode"):
            return False
        total = [max((-(-extent // s) - 1) * s + (k - 1) * d + 1 - extent, 0)
                 for extent, k, s, d in zip(shape[2:], kernel, strides, dilations)]
        upper = [t // 2 for t in total] + [t - t // 2 for t in total]
        lower = [t - t // 2 for t in total] + [t // 2 for t in total]
        mode = "VALID" if not any(pads) else "SAME_UPPER" if pads == upper else "SAME_LOWER" if pads == lower else None
        if mode is None:
            return False
        a.pop("pads", None)
        a.pop("auto_pad", None)
        r.add(node.op_type, *node.input, to=node.output[0], auto_pad=mode, **a)

    return r.result()


@form
def default_attributes(model):
    """Attributes that say what is the default left away."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        defaults = {"strides": [1, 1], "dilations": [1, 1], "pads": [0] * 4, "group": 1, "auto_pad": b"NOTSET"}
        kept = {key: value for key, value in a.items() if defaults.get(key) != value and key != "kernel_shape"}
        r.add("Conv", *node.input, to=node.output[0], **kept)

    return r.result()


@form
def global_pool_as_mean(model):
    r = Rewriting(model)

    @r.each("GlobalAveragePool")
    def _(node, a):
        r.add("ReduceMean", node.input[0], r.integers([2, 3]), to=node.output[0], keepdims=1) if r.opset >= 18 else r.add(
            "ReduceMean", node.input[0], to=node.output[0], axes=[-1, -2], keepdims=1)

    return r.result()


@form
def global_pool_as_average_pool(model):
    r = Rewriting(model)

    @r.each("GlobalAveragePool")
    def _(node, a):
        shape = r.shape(node.input[0])
        r.add("AveragePool", node.input[0], to=node.output[0], kernel_shape=shape[2:], strides=[1, 1]) if shape else False

    return r.result()


@form
def pointwise_as_gemm(model):
    """1x1 convolutions of 1x1 maps as Gemm; others as MatMul of rows."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        shape, weights = r.shape(node.input[0]), r.array(node.input[1])
        if not shape or weights is None or weights.shape[2:] != (1, 1) or a.get("group", 1) != 1 or a.get("strides", [1, 1]) != [1, 1]:
            return False
        bias = r.array(node.input[2]) if len(node.input) > 2 else np.zeros(weights.shape[0])
        if shape[2:] == [1, 1]:
            rows = r.add("Flatten", node.input[0], axis=1)
            y = r.add("Gemm", rows, r.constant(weights[:, :, 0, 0]), r.constant(bias), transB=1)
            r.add("Reshape", y, r.integers([1, weights.shape[0], 1, 1]), to=node.output[0])
        else:
            rows = r.add("Transpose", node.input[0], perm=[0, 2, 3, 1])
            y = r.add("Add", r.add("MatMul", rows, r.constant(weights[:, :, 0, 0].T)), r.constant(bias))
            r.add("Transpose", y, to=node.output[0], perm=[0, 3, 1, 2])

    return r.result()


@form
def channels_last(model):
    """Transposes around every convolution, as tf2onnx leaves them."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        rows = r.add("Transpose", node.input[0], perm=[0, 2, 3, 1])
        y = r.add("Conv", r.add("Transpose", rows, perm=[0, 3, 1, 2]), *node.input[1:], **a)
        r.add("Transpose", r.add("Transpose", y, perm=[0, 2, 3, 1]), to=node.output[0], perm=[0, 3, 1, 2])

    return r.result()


@form
def grouped_as_split(model):
    """Grouped (not depthwise) and depthwise convolutions of few channels as Split, Conv, Concat."""
    r = Rewriting(model)

    @r.each("Conv")
    def _(node, a):
        group, weights = a.get("group", 1), r.array(node.input[1])
        if group < 2 or group > 8 or weights is None or r.shape(node.input[0]) is None:
            return False
        a["group"] = 1
        size = r.shape(node.input[0])[1] // group
        parts = (r.add("Split", node.input[0], r.integers([size] * group), outputs=group, axis=1) if r.opset >= 13 else
                 r.add("Split", node.input[0], outputs=group, axis=1, split=[size] * group))
        biases = np.split(r.array(node.input[2]), group) if len(node.input) > 2 else [None] * group
        made = []
        for part, w, b in zip(parts, np.split(weights, group), biases):
            made.append(r.add("Conv", part, r.constant(w), *([r.constant(b)] if b is not None else []), **a))
        r.add("Concat", *made, to=node.output[0], axis=1)

    return r.result()


@form
def nearest_as_conv_transpose(model):
    """Upsampling by 2 as a depthwise ConvTranspose of ones."""
    r = Rewriting(model)

    @r.each("Resize", "Upsample")
    def _(node, a):
        shape, target = r.shape(node.input[0]), r.shape(node.output[0])
        if not shape or not target or a.get("mode") != b"nearest" or target[2:] != [2 * side for side in shape[2:]]:
            return False
        r.add("ConvTranspose", node.input[0], r.constant(np.ones((shape[1], 1, 2, 2))), to=node.output[0], kernel_shape=[2, 2],
              strides=[2, 2], group=shape[1])

    return r.result()


@form
def nearest_as_expand(model):
    """Upsampling by 2 as Unsqueeze, Expand, Reshape (PyTorch's repeat_interleave)."""
    r = Rewriting(model)

    @r.each("Resize", "Upsample")
    def _(node, a):
        shape, target = r.shape(node.input[0]), r.shape(node.output[0])
        if not shape or not target or a.get("mode") != b"nearest" or target[2:] != [2 * side for side in shape[2:]]:
            return False
        _, c, h, w = shape
        x = r.add("Reshape", node.input[0], r.integers([1, c, h, 1, w, 1]))
        r.add("Reshape", r.add("Expand", x, r.integers([1, c, h, 2, w, 2])), r.integers(target), to=node.output[0])

    return r.result()


@form
def upsampling_modes(model):
    """Doubling in the other ways that Resize says it: half_pixel with round_prefer_floor, sizes."""
    r = Rewriting(model)

    @r.each("Resize")
    def _(node, a):
        shape, target = r.shape(node.input[0]), r.shape(node.output[0])
        if r.opset < 11 or not shape or not target or a.get("mode") != b"nearest" or target[2:] != [2 * side for side in shape[2:]]:
            return False
        empty = r.constant([])
        r.add("Resize", node.input[0], empty, empty, r.integers(target), to=node.output[0], mode="nearest",
              coordinate_transformation_mode="half_pixel", nearest_mode="round_prefer_ceil")

    return r.result()


@form
def resize_with_axes(model):
    r = Rewriting(version_converter.convert_version(model, 18))

    @r.each("Resize")
    def _(node, a):
        scales = r.array(node.input[2]) if len(node.input) > 2 and node.input[2] else None
        if scales is None or len(scales) != 4:
            return False
        r.add("Resize", node.input[0], "", r.constant(scales[2:]), to=node.output[0], axes=[2, 3], **a)

    return r.result()


# --- Channels


@form
def shuffle_as_gather(model):
    """Reshape, Transpose, Reshape of a channel shuffle as one Gather."""
    return shuffles(model, lambda r, x, to, groups, order, shape: r.add("Gather", x, r.integers(order), to=to, axis=1))


@form
def shuffle_as_split(model):
    def make(r, x, to, groups, order, shape):
        parts = (r.add("Split", x, outputs=shape[1], axis=1) if r.opset < 18 else
                 r.add("Split", x, outputs=shape[1], axis=1, num_outputs=shape[1]))
        r.add("Concat", *[parts[index] for index in order], to=to, axis=1)

    return shuffles(model, make)


@form
def shuffle_as_convolution(model):
    def make(r, x, to, groups, order, shape):
        weights = np.zeros((len(order), len(order), 1, 1))
        weights[np.arange(len(order)), order] = 1
        r.add("Conv", x, r.constant(weights), to=to, kernel_shape=[1, 1])

    return shuffles(model, make)


def shuffles(model, make):
    r = Rewriting(model)
    makers = {name: node for node in r.graph.node for name in node.output}

    @r.each("Reshape")
    def _(node, a):
        transpose = makers.get(node.input[0])
        split = makers.get(transpose.input[0]) if transpose is not None and transpose.op_type == "Transpose" else None
        if split is None or split.op_type != "Reshape":
            return False
        before, middle = r.shape(split.input[0]), r.shape(split.output[0])
        if not before or not middle or len(middle) != 5 or len(before) != 4 or r.shape(node.output[0]) != before:
            return False
        if list(transpose.attribute[0].ints) != [0, 2, 1, 3, 4]:
            return False
        order = np.arange(before[1]).reshape(middle[1], middle[2]).T.reshape(-1)
        return make(r, split.input[0], node.output[0], middle[1], order, before)

    drop_unused(r)
    return r.result()


@form
def focus_as_space_to_depth(model):
    """Strided slices of the picture as SpaceToDepth and a Gather of channels."""
    r = Rewriting(model)
    makers = {name: node for node in r.graph.node for name in node.output}
    source = r.graph.input[0].name

    def root(name):
        steps = {2: (0, 1), 3: (0, 1)}
        while name != source:
            node = makers.get(name)
            if node is None or node.op_type != "Slice" or len(node.input) < 5:
                return None
            for start, axis, step in zip(*(r.array(node.input[index]).tolist() for index in (1, 3, 4))):
                steps[axis] = (start, step)
            name = node.input[0]
        return steps[2][0] * 2 + steps[3][0] if steps[2][1] == steps[3][1] == 2 else None

    @r.each("Concat")
    def _(node, a):
        blocks = [root(name) for name in node.input]
        if None in blocks or len(blocks) != 4:
            return False
        y = r.add("SpaceToDepth", source, blocksize=2)
        r.add("Gather", y, r.integers([block * 3 + c for block in blocks for c in range(3)]), to=node.output[0], axis=1)

    drop_unused(r)
    return r.result()


@form
def focus_as_gather(model):
    """Strided slices as Gathers of even and odd indices."""
    r = Rewriting(model)

    @r.each("Slice")
    def _(node, a):
        shape = r.shape(node.input[0])
        if len(node.input) < 5 or not shape or (r.array(node.input[4]) != 2).any():
            return False
        x = node.input[0]
        axes = r.array(node.input[3]).tolist()
        for number, (start, axis) in enumerate(zip(r.array(node.input[1]).tolist(), axes)):
            last = {"to": node.output[0]} if number == len(axes) - 1 else {}
            x = r.add("Gather", x, r.integers(range(start, shape[axis], 2)), axis=axis, **last)

    return r.result()


@form
def split_as_slices(model):
    r = Rewriting(model)

    @r.each("Split")
    def _(node, a):
        shape = r.shape(node.input[0])
        axis = a.get("axis", 0)
        if not shape or r.opset < 10:
            return False
        sizes = r.array(node.input[1]).tolist() if len(node.input) > 1 else a.get("split") or [shape[axis] // len(node.output)] * len(node.output)
        start = 0
        for size, name in zip(sizes, node.output):
            r.add("Slice", node.input[0], r.integers([start]), r.integers([start + size]), r.integers([axis]), to=name)
            start += size

    return r.result()


@form
def even_split_without_sizes(model):
    r = Rewriting(model)

    @r.each("Split")
    def _(node, a):
        sizes = r.array(node.input[1]).tolist() if len(node.input) > 1 else a.get("split")
        if not sizes or len(set(sizes)) > 1:
            return False
        a.pop("split", None)
        if r.opset >= 18:
            a["num_outputs"] = len(sizes)
        r.add("Split", node.input[0], to=list(node.output), **a)

    return r.result()


@form
def concats_nested(model):
    """Concats of more than two operands two by two."""
    r = Rewriting(model)

    @r.each("Concat")
    def _(node, a):
        if len(node.input) < 3:
            return False
        x = node.input[0]
        for name in node.input[1:-1]:
            x = r.add("Concat", x, name, **a)
        r.add("Concat", x, node.input[-1], to=node.output[0], **a)

    return r.result()


@form
def reshapes_flattened(model):
    """Reshape as Flatten and Reshape."""
    r = Rewriting(model)

    @r.each("Reshape")
    def _(node, a):
        shape = r.shape(node.output[0])
        if not shape:
            return False
        r.add("Reshape", r.add("Flatten", node.input[0], axis=1), r.integers(shape), to=node.output[0])

    return r.result()


@form
def squares_as_products(model):
    r = Rewriting(model)

    @r.each("Pow")
    def _(node, a):
        r.add("Mul", node.input[0], node.input[0], to=node.output[0])

    return r.result()


@form
def pow_with_integer(model):
    r = Rewriting(model)
    if r.opset < 12:
        return None

    @r.each("Pow")
    def _(node, a):
        r.add("Pow", node.input[0], r.constant(2, np.int64), to=node.output[0])

    return r.result()


# --- Order, names, unused parts, subgraphs, functions


@form
def odd_order(model):
    """Nodes backwards: no valid order for ONNX, but files like it exist."""
    r = Rewriting(model)
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in reversed(r.graph.node)]
    del r.graph.node[:]
    r.graph.node.extend(nodes)
    return r.model


@form
def odd_names(model):
    """Values and nodes with spaces, slashes, quotes and other alphabets; nodes without names."""
    r = Rewriting(model)
    ends = {value.name for value in list(r.graph.input) + list(r.graph.output)}
    shuffled = random.Random(5)
    names = {}
    for node in r.graph.node:
        for name in list(node.input) + list(node.output):
            if name and name not in ends and name not in names:
                names[name] = shuffled.choice(["/a/b:", "ключ ", "鳥", "'\"", "..", " ", "🐦/", "%s"]) + str(len(names))
    for index, node in enumerate(r.graph.node):
        node.name = "" if index % 2 else "same name"
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for entry in r.graph.initializer:
        entry.name = names.get(entry.name, entry.name)
    del r.graph.value_info[:]
    return r.model


@form
def unused_parts(model):
    """Nodes nothing reads, of operators that nobody supports, and unused weights."""
    r = Rewriting(model)
    r.graph.node.append(helper.make_node("StringNormalizer", ["nowhere/strings"], ["unused"], name="unused"))
    r.graph.initializer.append(numpy_helper.from_array(np.array(["text"], object), "nowhere/strings"))
    r.graph.node.append(helper.make_node("Relu", [r.graph.input[0].name], ["unused/relu"]))
    return r.model


@form
def identities(model):
    """Identity, Dropout and a Cast to the same type between layers."""
    r = Rewriting(model)

    @r.each("Conv", "Concat", "Add")
    def _(node, a):
        if r.shape(node.output[0]) is None or len(r.shape(node.output[0])) < 3 or node.output[0] in r.whole:
            return False
        y = r.add(node.op_type, *node.input, **a)
        r.cast(r.add("Dropout", r.add("Identity", y)), TensorProto.FLOAT, to=node.output[0])

    return r.result()


@form
def constant_if(model):
    """Branches decided by a constant, as PyTorch's squeeze leaves them."""
    r = Rewriting(model)
    condition = r.constant(True, np.bool_)

    @r.each("Transpose", "Concat")
    def _(node, a):
        inner = helper.make_node(node.op_type, list(node.input), ["inner/" + node.output[0]], name=node.name, **a)
        first = helper.make_graph([inner], "then", [], [helper.make_tensor_value_info("inner/" + node.output[0], TensorProto.FLOAT, None)])
        other = helper.make_node("Identity", [node.input[0]], ["other/" + node.output[0]])
        second = helper.make_graph([other], "else", [], [helper.make_tensor_value_info("other/" + node.output[0], TensorProto.FLOAT, None)])
        r.add("If", condition, to=node.output[0], then_branch=first, else_branch=second)

    return r.result()


@form
def shape_decided_if(model):
    """As constant_if, with a condition computed from a shape."""
    r = Rewriting(model)

    @r.each("Transpose", "Reshape", when=lambda node: r.shape(node.input[0]))
    def _(node, a):
        size = r.add("Gather", r.add("Shape", node.input[0]), r.constant(0, np.int64), axis=0)
        condition = r.add("Equal", size, r.constant(r.shape(node.input[0])[0], np.int64))
        inner = helper.make_node(node.op_type, list(node.input), ["inner/" + node.output[0]], name=node.name, **a)
        first = helper.make_graph([inner], "then", [], [helper.make_tensor_value_info("inner/" + node.output[0], TensorProto.FLOAT, None)])
        other = helper.make_node("Identity", [node.input[0]], ["other/" + node.output[0]])
        second = helper.make_graph([other], "else", [], [helper.make_tensor_value_info("other/" + node.output[0], TensorProto.FLOAT, None)])
        r.add("If", condition, to=node.output[0], then_branch=first, else_branch=second)

    return r.result()


@form
def local_functions(model):
    """Activations and convolutions as functions of the model, one calling another, as PyTorch's dynamo exporter writes them."""
    r = Rewriting(model)
    imports = [helper.make_opsetid("", r.opset), helper.make_opsetid("pkg", 1)]
    r.model.opset_import.append(helper.make_opsetid("pkg", 1))
    gate = [helper.make_node("Sigmoid", ["x"], ["y"])]
    r.model.functions.append(helper.make_function("pkg", "gate", ["x"], ["y"], gate, imports))
    silu = [helper.make_node("gate", ["x"], ["g"], domain="pkg"), helper.make_node("Mul", ["x", "g"], ["y"])]
    r.model.functions.append(helper.make_function("pkg", "silu", ["x"], ["y"], silu, imports))
    leaky = helper.make_node("LeakyRelu", ["x"], ["y"])
    leaky.attribute.add(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
    r.model.functions.append(helper.make_function("pkg", "leaky", ["x"], ["y"], [leaky], imports, ["slope"]))
    relu = [helper.make_node("Relu", ["x"], ["y"])]
    r.model.functions.append(helper.make_function("pkg", "relu", ["x"], ["y"], relu, imports))
    makers = {name: node for node in r.graph.node for name in node.output}

    @r.each("LeakyRelu", "Mul", "Relu", "Sigmoid")
    def _(node, a):
        if node.op_type == "Relu":
            return r.add("relu", node.input[0], to=node.output[0], domain="pkg")
        if node.op_type == "Sigmoid":
            return r.add("gate", node.input[0], to=node.output[0], domain="pkg")
        if node.op_type == "LeakyRelu":
            return r.add("leaky", node.input[0], to=node.output[0], domain="pkg", slope=a.get("alpha", 0.01))
        gates = [makers.get(name) for name in node.input]
        for x, maker in zip(list(node.input)[::-1], gates):
            if maker is not None and maker.op_type == "Sigmoid" and maker.input[0] == x:
                return r.add("silu", x, to=node.output[0], domain="pkg")
        return False

    drop_unused(r)
    r.model.ir_version = max(8, r.model.ir_version)
    return r.result()


@form
def standard_domain_by_name(model):
    """The standard operators under the domain 'ai.onnx'."""
    r = Rewriting(model)
    for entry in r.model.opset_import:
        if entry.domain == "":
            entry.domain = "ai.onnx"
    for node in r.graph.node:
        node.domain = "ai.onnx"
    return r.model


# --- Quantized


def ranges(model):
    """The largest absolute value of each convolution's input."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = {node.input[0] for node in model.graph.node if node.op_type == "Conv"}
    names -= {model.graph.input[0].name} | {output.name for output in model.graph.output}
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in sorted(names))
    found = {name: float(np.abs(values).max()) for name, values in reference(watched, sample(model)).items()}
    return {**found, model.graph.input[0].name: 1.0}


def quantize(model, signed):
    if Rewriting(model).opset < 13:
        model = version_converter.convert_version(model, 13)
    r = Rewriting(model)
    unlist_initializers(r)
    largest = ranges(r.model)
    kind = np.int8 if signed else np.uint8
    zero = 0 if signed else 128

    @r.each("Conv")
    def _(node, a):
        weights = r.array(node.input[1])
        if weights is None:
            return False
        scales = np.maximum(np.abs(weights.reshape(weights.shape[0], -1)).max(1), 1e-6).astype(np.float32) / 127
        integers = np.clip(np.round(weights / scales[:, None, None, None]), -127, 127).astype(np.int8)
        w = r.add("DequantizeLinear", r.constant(integers, np.int8), r.constant(scales), r.constant(np.zeros(len(scales)), np.int8), axis=0)
        scale, point = r.constant(max(largest[node.input[0]], 1e-6) / 127), r.constant(zero, kind)
        x = r.add("DequantizeLinear", r.add("QuantizeLinear", node.input[0], scale, point), scale, point)
        r.add("Conv", x, w, *node.input[2:], to=node.output[0], **a)

    return r.result()


@form
def quantized(model):
    return quantize(model, False)


@form
def quantized_signed(model):
    return quantize(model, True)


# --- Running


def sample(model):
    """A random picture for the model."""
    value = model.graph.input[0]
    shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
    entry = np.random.default_rng(1).random(shape, np.float32)
    return (entry * 255).astype(np.uint8) if value.type.tensor_type.elem_type == TensorProto.UINT8 else entry


def save(model, path):
    if path.endswith(".external_data.onnx"):
        copy = onnx.ModelProto()
        copy.CopyFrom(model)
        onnx.save(copy, path, save_as_external_data=True, all_tensors_to_one_file=True, size_threshold=0,
                  location=os.path.basename(path) + ".data")
    else:
        onnx.save(model, path)


def reference(model, entry):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.log_severity_level = 4
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {session.get_inputs()[0].name: entry})))


def inspected(windhover, path):
    """What `model inspect` says of the head, or None where the model is no detector."""
    result = subprocess.run([windhover, "model", "inspect", path], capture_output=True, text=True, timeout=300)
    lines = result.stdout.split("\n# What")[0].split("\n")
    begins = ("recognised", "strides", "anchors", "labels")
    return [line for line in lines if line.startswith(begins)] if result.returncode == 0 else None


def compare(windhover, path, entry_path, expected, tolerance):
    """One word or line on how the binary's outputs for the form compare."""
    with tempfile.TemporaryDirectory() as folder:
        command = [windhover, "model", "run", path, "--input", entry_path, "-o", folder]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if result.returncode:
            return f"FAILS ({result.returncode}) {result.stderr.strip()[-300:]}"
        worst = 0.0
        for name, values in expected.items():
            mine = np.load(os.path.join(folder, name.replace("/", "_") + ".npy"))
            if mine.shape != values.shape:
                return f"FAILS: {name} {mine.shape} instead of {values.shape}"
            if not values.size:
                continue
            size = np.max if tolerance < 0.1 else lambda array: np.sqrt(np.mean(np.square(array)))
            worst = max(worst, float(size(np.abs(mine.astype(np.float64) - values)) / max(size(np.abs(values)), 1e-6)))
        return f"{'FAILS' if not worst <= tolerance else 'same'}: {worst:.1e}"


def models(options):
    for path in options.models:
        model = onnx.load(path)
        yield os.path.splitext(os.path.basename(path))[0], model
    if not options.models:
        for name, make in small_networks.ALL.items():
            yield name, make()


def check(options, name, kind, rewritten, path, entry, expected, head):
    """Whether the binary makes of one form what it should; says so in a line."""
    tolerance = TOLERANCES.get(kind)
    try:
        values = reference(rewritten, entry) if tolerance else expected
    except Exception as error:
        print(f"{name:28} {kind:30} ONNX Runtime does not take this form: {str(error).splitlines()[0][:100]}")
        return True
    found = compare(options.compare, path, os.path.join(options.out, name + ".npy"), values, tolerance or 1e-4)
    # Without constant shapes the sides of the picture cannot be told.
    if options.inspect and kind != "symbolic_sides" and not found.startswith("FAILS"):
        other = inspected(options.compare, path)
        if other != head:
            found = f"FAILS: inspect says {other} instead of {head}"
    print(f"{name:28} {kind:30} {found}", flush=True)
    return not found.startswith("FAILS")


def sweep(options, name, model):
    """Writes all forms of one model; the number of failures."""
    entry = sample(model)
    np.save(os.path.join(options.out, name + ".npy"), entry.astype(np.float32))
    expected = reference(model, entry) if options.compare else None
    failures, head = 0, None
    for kind, rewrite in {"original": lambda model: model, **FORMS}.items():
        if options.forms and kind not in [*options.forms, "original"]:
            continue
        try:
            rewritten = rewrite(model)
        except Exception as error:
            print(f"{name:28} {kind:30} cannot be written: {(str(error) or type(error).__name__).splitlines()[0][:100]}")
            continue
        if rewritten is None:
            continue
        path = os.path.join(options.out, f"{name}.{kind}.onnx")
        save(rewritten, path)
        if not options.compare:
            print(path)
            continue
        if kind == "original" and options.inspect:
            head = inspected(options.compare, path)
        failures += not check(options, name, kind, rewritten, path, entry, expected, head)
        if options.models and kind != "original":
            os.remove(path)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--forms", nargs="*")
    parser.add_argument("--compare", metavar="WINDHOVER")
    parser.add_argument("--inspect", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    failures = sum(sweep(options, name, model) for name, model in models(options))
    if options.compare:
        print(f"{failures} failures")
        sys.exit(failures > 0)


if __name__ == "__main__":
    main()
