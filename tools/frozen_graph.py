"""Reads a TensorFlow 1 frozen graph (`GraphDef`) without TensorFlow.

The few messages needed are declared to the protobuf runtime that the onnx package brings along; field numbers are those
of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto. Unknown fields are ignored.
"""

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_MESSAGES = {
    "Dimension": {"size": (1, "int64", "one")},
    "TensorShape": {"dim": (2, "Dimension", "many")},
    "Tensor": {
        "dtype": (1, "int32", "one"),
        "tensor_shape": (2, "TensorShape", "one"),
        "tensor_content": (4, "bytes", "one"),
        "float_val": (5, "float", "many"),
        "int_val": (7, "int32", "many"),
        "int64_val": (10, "int64", "many"),
    },
    "List": {"i": (3, "int64", "many")},
    "AttrValue": {
        "list": (1, "List", "one"),
        "s": (2, "bytes", "one"),
        "i": (3, "int64", "one"),
        "f": (4, "float", "one"),
        "tensor": (8, "Tensor", "one"),
    },
    # A protobuf map is, on the wire, a repeated message with the fields 1 (key) and 2 (value).
    "AttrEntry": {"key": (1, "string", "one"), "value": (2, "AttrValue", "one")},
    "NodeDef": {
        "name": (1, "string", "one"),
        "op": (2, "string", "one"),
        "input": (3, "string", "many"),
        "attr": (5, "AttrEntry", "many"),
    },
    "GraphDef": {"node": (1, "NodeDef", "many")},
}

_DTYPES = {1: (np.float32, "float_val"), 3: (np.int32, "int_val"), 9: (np.int64, "int64_val")}


def _graph_def_class():
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="frozen_graph.proto", package="frozen", syntax="proto3")
    for message, fields in _MESSAGES.items():
        declared = file.message_type.add(name=message)
        for name, (number, kind, count) in fields.items():
            label = field.LABEL_REPEATED if count == "many" else field.LABEL_OPTIONAL
            one = declared.field.add(name=name, number=number, label=label)
            if kind in _MESSAGES:
                one.type, one.type_name = field.TYPE_MESSAGE, f".frozen.{kind}"
            else:
                one.type = getattr(field, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("frozen.GraphDef"))


class FrozenNode:
    """One operation: `name`, `op`, the names of its operands without output numbers, and its attributes."""

    def __init__(self, message):
        self.name = message.name
        self.op = message.op
        self.inputs = [name.split(":")[0] for name in message.input if not name.startswith("^")]
        self._attributes = {entry.key: entry.value for entry in message.attr}

    def integers(self, key):
        return list(self._attributes[key].list.i)

    def text(self, key, default=""):
        return self._attributes[key].s.decode() if key in self._attributes else default

    def number(self, key):
        return self._attributes[key].f

    def array(self):
        """The value of a `Const` node."""
        tensor = self._attributes["value"].tensor
        dtype, field = _DTYPES[tensor.dtype]
        shape = [dimension.size for dimension in tensor.tensor_shape.dim]
        if tensor.tensor_content:
            return np.frombuffer(tensor.tensor_content, dtype).reshape(shape)
        # A short list of values means that its last one is repeated to the end.
        values = np.array(getattr(tensor, field), dtype)
        count = int(np.prod(shape))
        return np.concatenate([values, np.full(count - len(values), values[-1], dtype)]).reshape(shape)


class FrozenGraph:
    """The nodes of a frozen graph by name."""

    def __init__(self, data):
        graph = _graph_def_class()()
        graph.ParseFromString(data)
        self.nodes = {node.name: FrozenNode(node) for node in graph.node}

    def __contains__(self, name):
        return name in self.nodes

    def node(self, name):
        """The node called `name`, seen through identities."""
        node = self.nodes[name]
        while node.op == "Identity":
            node = self.nodes[node.inputs[0]]
        return node

    def constant(self, name):
        node = self.node(name)
        if node.op != "Const":
            raise ValueError(f"{name}: expected a constant, found {node.op}")
        return node.array()
