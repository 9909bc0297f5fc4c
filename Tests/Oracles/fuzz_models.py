#!/usr/bin/env python3
"""Damages models and has a windhover binary read, compile and run them: each must end with a result or a one-line error.

usage: fuzz_models.py WINDHOVER OUT_DIR --minutes N [--seed S] [--models MODEL.onnx …]

A model that ends the program by a signal, takes more than 20 seconds or more than 4 GiB, or says more or less than one line
of error is kept as OUT_DIR/SEED.onnx, with what was seen in OUT_DIR/findings.txt. The same seed gives the same damage.
"""
import argparse
import os
import random
import resource
import subprocess
import time

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

import small_networks

SECONDS, BYTES = 20, 4 << 30
INTEGERS = [0, 1, -1, 2, 3, 7, 64, 255, 1 << 12, 1 << 16, 1 << 20, (1 << 31) - 1, 1 << 31, -(1 << 31), 1 << 40, (1 << 63) - 1, -(1 << 63)]
FLOATS = [0.0, -1.0, 1e-38, 1e30, float("inf"), float("-inf"), float("nan"), 0.5, 3.0, 1e6]
STRINGS = [b"", b"\xff\xfe", b"\xf0\x9f\x90\xa6", b"a" * 5000, b"NOTSET", b"SAME_UPPER", b"VALID", b"linear", b"nearest", b"cubic",
           b"edge", b"reflect", b"wrap", b"align_corners", b"tf_crop_and_resize", b"CRD", b"line\nbreak\x00end"]
LOCATIONS = ["data.bin", "../data.bin", "/etc/passwd", "/dev/zero", "link", "pipe", "", ".", "a/../../b", "/dev/stdin", "folder", "\u202e"]
KINDS = ["Identity", "Conv", "Concat", "Reshape", "Slice", "Resize", "MatMul", "Gemm", "Split", "Expand", "Tile", "Pad", "Gather",
         "Where", "If", "Loop", "NonMaxSuppression", "TopK", "Range", "ConstantOfShape", "Cast", "QuantizeLinear", "DequantizeLinear",
         "ConvTranspose", "ReduceMean", "Softmax", "Squeeze", "Unsqueeze", "Transpose", "Flatten", "MaxPool", "AveragePool", "Upsample",
         "GatherElements", "GatherND", "ScatterND", "ArgMax", "LayerNormalization", "InstanceNormalization", "Mod", "Einsum", "OneHot",
         "CumSum", "GlobalAveragePool", "BatchNormalization", "Constant", "Shape", "Pow", "Div", "Clip", "PRelu", "DepthToSpace",
         "Reciprocal", "Exp", "Log", "Sqrt", "Neg", "Abs", "Floor", "Round", "Erf", "Softplus", "Not", "IsNaN", "Equal", "Greater", "Less",
         "And", "Xor", "Min", "Max", "Sum", "Mean", "Sub", "Relu", "Sigmoid", "Tanh", "Mish", "HardSwish", "HardSigmoid", "LeakyRelu",
         "Elu", "Selu", "Swish", "ThresholdedRelu", "Softsign", "Gelu", "LogSoftmax", "ReduceL1", "ReduceL2", "ReduceSumSquare",
         "ReduceMax", "ReduceProd", "ReduceSum", "GlobalMaxPool", "SpaceToDepth", "Size", "Dropout", "Add", "Mul"]


def values(graph):
    names = [entry.name for entry in graph.input] + [entry.name for entry in graph.initializer]
    return names + [name for node in graph.node for name in node.output] + ["", "nowhere"]


def any_node(model, r):
    return r.choice(model.graph.node) if model.graph.node else None


def change_input(model, r):
    node = any_node(model, r)
    if node is not None and node.input:
        node.input[r.randrange(len(node.input))] = r.choice(values(model.graph))


def swap_inputs(model, r):
    node = any_node(model, r)
    if node is not None and len(node.input) > 1:
        a, b = r.sample(range(len(node.input)), 2)
        node.input[a], node.input[b] = node.input[b], node.input[a]


def resize_inputs(model, r):
    node = any_node(model, r)
    if node is None:
        return
    if node.input and r.random() < 0.6:
        del node.input[r.randrange(len(node.input)):]
    else:
        node.input.extend(r.choices(values(model.graph), k=r.choice([1, 2, 40])))


def change_outputs(model, r):
    node = any_node(model, r)
    if node is None:
        return
    choice = r.randrange(3)
    if choice == 0 and node.output:
        node.output[r.randrange(len(node.output))] = r.choice(values(model.graph))
    elif choice == 1:
        node.output.append(r.choice(["", "more", r.choice(values(model.graph))]))
    elif node.output:
        del node.output[-1]


def remove_node(model, r):
    if model.graph.node:
        del model.graph.node[r.randrange(len(model.graph.node))]


def repeat_node(model, r):
    node = any_node(model, r)
    if node is None:
        return
    for number in range(r.choice([1, 1, 3, 200])):
        copy = model.graph.node.add()
        copy.CopyFrom(node)
        if r.random() < 0.8:
            for index in range(len(copy.output)):
                copy.output[index] += f"_{number}"


def chain_of_node(model, r):
    """A node fed by itself again and again: sizes that grow exponentially."""
    node = any_node(model, r)
    if node is None or not node.input or not node.output:
        return
    last = node.output[0]
    for number in range(r.choice([4, 30])):
        copy = model.graph.node.add()
        copy.CopyFrom(node)
        for index, name in enumerate(copy.input):
            if name == node.input[0] or r.random() < 0.1:
                copy.input[index] = last
        for index in range(len(copy.output)):
            copy.output[index] += f"~{number}"
        last = copy.output[0]
    if model.graph.output:
        model.graph.output[0].name = last


def change_kind(model, r):
    node = any_node(model, r)
    if node is not None:
        node.op_type = r.choice(KINDS + [other.op_type for other in model.graph.node])
        if r.random() < 0.1:
            node.domain = r.choice(["com.microsoft", "ai.onnx", "ai.onnx.ml", "\u202e"])


def change_attribute(model, r):
    nodes = [node for node in model.graph.node if node.attribute]
    if not nodes:
        return
    attribute = r.choice(r.choice(nodes).attribute)
    choice = r.randrange(8)
    if choice == 0:
        attribute.i = r.choice(INTEGERS)
    elif choice == 1 and attribute.ints:
        attribute.ints[r.randrange(len(attribute.ints))] = r.choice(INTEGERS)
    elif choice == 2:
        attribute.ints.extend(r.choices(INTEGERS, k=r.choice([1, 2, 70])))
    elif choice == 3 and attribute.ints:
        del attribute.ints[r.randrange(len(attribute.ints)):]
    elif choice == 4:
        attribute.f = r.choice(FLOATS)
    elif choice == 5:
        attribute.s = r.choice(STRINGS)
    elif choice == 6:
        attribute.type = r.choice(list(AttributeProto.AttributeType.values()))
    else:
        attribute.CopyFrom(r.choice(r.choice(nodes).attribute))


def add_attribute(model, r):
    node = any_node(model, r)
    if node is None:
        return
    name = r.choice(["axis", "axes", "group", "strides", "pads", "dilations", "kernel_shape", "auto_pad", "mode", "to", "alpha", "beta",
                     "perm", "split", "keepdims", "ceil_mode", "value", "blocksize", "output_padding", "output_shape", "epsilon",
                     "num_outputs", "allowzero", "start", "end", "scales", "starts", "ends", "value_ints", "largest", "transB",
                     "then_branch", "else_branch", "body", "count_include_pad", "block_size", "storage_order", "batch_dims"])
    kind = r.randrange(6)
    if kind == 0:
        value = r.choice(INTEGERS)
    elif kind == 1:
        value = r.choices(INTEGERS, k=r.choice([1, 2, 4, 8]))
    elif kind == 2:
        value = r.choice(FLOATS)
    elif kind == 3:
        value = r.choice(STRINGS)
    elif kind == 4 and model.graph.initializer:
        value = r.choice(model.graph.initializer)
    else:
        value = onnx.GraphProto()
        value.node.extend(r.sample(list(model.graph.node), min(3, len(model.graph.node))))
        value.output.add().name = r.choice(values(model.graph))
    node.attribute.append(helper.make_attribute(name, value))


def change_dims(model, r):
    if not model.graph.initializer:
        return
    tensor = r.choice(model.graph.initializer)
    choice = r.randrange(4)
    if choice == 0 and tensor.dims:
        tensor.dims[r.randrange(len(tensor.dims))] = r.choice(INTEGERS)
    elif choice == 1:
        tensor.dims.extend(r.choices([0, 1, 1, 2, 1 << 31], k=r.choice([1, 3, 70])))
    elif choice == 2 and tensor.dims:
        del tensor.dims[r.randrange(len(tensor.dims)):]
    else:
        order = list(tensor.dims)
        r.shuffle(order)
        tensor.dims[:] = order


def change_type(model, r):
    if model.graph.initializer:
        r.choice(model.graph.initializer).data_type = r.choice(list(TensorProto.DataType.values()) + [99, -1])


def change_data(model, r):
    if not model.graph.initializer:
        return
    tensor = r.choice(model.graph.initializer)
    choice = r.randrange(4)
    if choice == 0:
        tensor.raw_data = tensor.raw_data[: r.randrange(len(tensor.raw_data) + 1)]
    elif choice == 1:
        tensor.float_data.extend(r.choices([0.0, 1.0, float("inf")], k=3))
    elif choice == 2:
        tensor.int64_data.extend(r.choices(INTEGERS, k=3))
    else:
        tensor.raw_data = tensor.raw_data + bytes(r.randrange(9))


def change_integers(model, r):
    """Another entry of a list of axes, sizes, starts …: what shape arithmetic reads."""
    small = [tensor for tensor in model.graph.initializer if tensor.data_type == TensorProto.INT64]
    if small:
        tensor = r.choice(small)
        entries = numpy_helper.to_array(tensor).copy().reshape(-1)
        if entries.size:
            entries[r.randrange(entries.size)] = r.choice(INTEGERS)
            if r.random() < 0.3:
                entries = np.concatenate([entries, entries])
            tensor.CopyFrom(numpy_helper.from_array(entries, tensor.name))


def change_floats(model, r):
    floats = [tensor for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT and tensor.raw_data]
    if floats:
        tensor = r.choice(floats)
        entries = numpy_helper.to_array(tensor).copy()
        flat = entries.reshape(-1)
        for _ in range(min(flat.size, 3)):
            flat[r.randrange(flat.size)] = r.choice(FLOATS)
        tensor.CopyFrom(numpy_helper.from_array(entries, tensor.name))


def change_interface(model, r):
    choice = r.randrange(5)
    if choice == 0 and model.graph.input:
        dims = model.graph.input[0].type.tensor_type.shape.dim
        if dims:
            dims[r.randrange(len(dims))].dim_value = r.choice(INTEGERS)
    elif choice == 1 and model.graph.input:
        model.graph.input[0].type.tensor_type.elem_type = r.randrange(-1, 25)
    elif choice == 2:
        model.graph.output.add().name = r.choice(values(model.graph))
    elif choice == 3 and model.graph.output:
        model.graph.output[0].name = r.choice(values(model.graph))
    elif model.graph.input:
        model.graph.input.add().CopyFrom(model.graph.input[0])
        if r.random() < 0.5:
            model.graph.input[-1].name = "second"


def external(model, r):
    if not model.graph.initializer:
        return
    tensor = r.choice(model.graph.initializer)
    tensor.data_location = TensorProto.EXTERNAL
    if r.random() < 0.7:
        tensor.ClearField("raw_data")
    entries = [("location", r.choice(LOCATIONS))]
    for key in ("offset", "length"):
        if r.random() < 0.6:
            entries.append((key, r.choice(["0", "-1", "4096", "1e9", "", "9223372036854775807", "99999999999999999999", "\u0664"])))
    for key, value in entries:
        tensor.external_data.add(key=key, value=value)


def opset(model, r):
    model.opset_import[0].version = r.choice([1, 6, 7, 9, 10, 11, 12, 13, 15, 18, 19, 21, 24, 1 << 40, -1, 0])


def function(model, r):
    """A local function, perhaps one that calls itself."""
    node = any_node(model, r)
    if node is None:
        return
    made = model.functions.add(name="f", domain="local")
    made.input.extend(node.input)
    made.output.extend(node.output)
    made.node.add().CopyFrom(node)
    made.opset_import.add().CopyFrom(model.opset_import[0])
    if r.random() < 0.4:
        made.node[0].op_type, made.node[0].domain = "f", "local"
    if r.random() < 0.3:
        made.output.append("nowhere")
    node.op_type, node.domain = "f", "local"


MUTATIONS = [change_input, swap_inputs, resize_inputs, change_outputs, remove_node, repeat_node, chain_of_node, change_kind,
             change_attribute, change_attribute, add_attribute, change_dims, change_type, change_data, change_integers, change_integers,
             change_floats, change_interface, external, opset, function]


def damaged(originals, seed):
    """The bytes of one damaged model, the input of the sound one, and the names of what was done."""
    r = random.Random(seed)
    data, entry = r.choice(originals)
    done = []
    if r.random() < 0.75:
        model = onnx.ModelProto()
        model.ParseFromString(data)
        for _ in range(r.choice([1, 1, 2, 3, 6])):
            mutation = r.choice(MUTATIONS)
            try:
                mutation(model, r)
                done.append(mutation.__name__)
            except Exception:  # The model is so damaged already that this cannot be done to it.
                pass
        data = model.SerializeToString()
    if not done or r.random() < 0.1:
        changed = bytearray(data)
        for _ in range(r.choice([1, 2, 5, 20])):
            # Weights are most of the bytes and the least interesting: the first and last bytes are chosen more often.
            limit = len(changed) if r.random() < 0.3 else min(len(changed), 6000)
            first = r.randrange(limit) if r.random() < 0.8 else len(changed) - 1 - r.randrange(limit)
            choice = r.randrange(7)
            if choice == 0:
                del changed[first : first + r.randrange(1, 12)]
            elif choice == 1:
                changed[first:first] = changed[first : first + r.randrange(1, 40)]
            elif choice == 2 and r.random() < 0.3:
                del changed[first:]
            elif choice == 3:
                changed[first : first + 4] = b"\xff\xff\xff\xff"
            else:
                changed[first] ^= 1 << r.randrange(8)
            if not changed:
                break
        data = bytes(changed)
        done.append("bytes")
    return data, entry, done


def limited():
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fault(command):
    """What is wrong with how the command ends, or None; and whether it succeeded."""
    began = time.monotonic()
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, preexec_fn=limited)
    except subprocess.TimeoutExpired:
        return f"more than {SECONDS} s", False
    if result.returncode < 0 or result.returncode > 128:
        lines = [line for line in result.stderr.decode(errors="replace").split("\n") if "Fatal" in line or " at /" in line]
        return f"signal {-result.returncode} {' | '.join(lines[:3])[:400]}", False
    lines = result.stderr.decode(errors="replace").strip().split("\n")
    if result.returncode and (len(lines) != 1 or not lines[0]):
        return f"status {result.returncode} with {len(lines)} lines: {lines[0][:200]!r}", False
    taken = time.monotonic() - began
    return (f"slow: {taken:.1f} s" if taken > SECONDS / 2 else None), result.returncode == 0


def prepare(folder):
    os.makedirs(folder, exist_ok=True)
    for name, target in (("link", "/etc/passwd"),):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            os.symlink(target, path)
    if not os.path.exists(os.path.join(folder, "pipe")):
        os.mkfifo(os.path.join(folder, "pipe"))
    os.makedirs(os.path.join(folder, "folder"), exist_ok=True)
    with open(os.path.join(folder, "data.bin"), "wb") as file:
        file.write(bytes(1 << 16))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windhover")
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", nargs="*", default=[])
    options = parser.parse_args()
    prepare(options.out)
    models = [network() for network in small_networks.ALL.values()] + [onnx.load(path) for path in options.models]
    originals = []
    for model in models:
        shape = [dim.dim_value or 1 for dim in model.graph.input[0].type.tensor_type.shape.dim]
        entry = os.path.join(options.out, "x".join(map(str, shape)) + ".npy")
        np.save(entry, np.random.default_rng(1).random(shape, np.float32))
        originals.append((model.SerializeToString(), entry))
    end, seed = time.monotonic() + 60 * options.minutes, options.seed
    counts = {"results": 0, "errors": 0, "findings": 0}
    while time.monotonic() < end:
        data, entry, done = damaged(originals, seed)
        path = os.path.join(options.out, f"{seed}.onnx")
        with open(path, "wb") as file:
            file.write(data)
        command = [options.windhover, "model", "run", path, "--input", entry, "-o", os.path.join(options.out, "outputs")]
        found, succeeded = fault(command if seed % 4 else [options.windhover, "model", "inspect", path])
        if found:
            counts["findings"] += 1
            with open(os.path.join(options.out, "findings.txt"), "a") as file:
                file.write(f"{seed} {','.join(done)}: {found}\n")
        else:
            os.remove(path)
            counts["results" if succeeded else "errors"] += 1
        seed += 1
    print(f"seeds {options.seed} to {seed - 1}: {counts}")


if __name__ == "__main__":
    main()
