package import Tensors

/// One operator applied to named values.
package struct Node: Sendable, Hashable {
    /// Unique within the graph; from the model file where it has one.
    package var name: String
    package var operation: Operator
    /// Names of operands; an empty string stands for an absent optional operand.
    package var inputs: [String]
    /// Names of results.
    package var outputs: [String]

    package init(name: String, operation: Operator, inputs: [String], outputs: [String]) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// Element type and shape of a value.
package struct TensorType: Sendable, Hashable {
    package var elementType: ElementType
    package var shape: Shape

    package init(_ elementType: ElementType, _ shape: Shape) {
        self.elementType = elementType
        self.shape = shape
    }
}

/// A graph input: name, element type and extents, where a nil extent is decided when the model is loaded.
package struct GraphInput: Sendable, Hashable {
    package var name: String
    package var elementType: ElementType
    package var dimensions: [Int?]

    package init(name: String, elementType: ElementType, dimensions: [Int?]) {
        self.name = name
        self.elementType = elementType
        self.dimensions = dimensions
    }
}

/// A static single-assignment operator graph in logical NCHW layout.
///
/// Invariants, checked by `validate()`: every value has one producer (a node, an input or a constant); nodes stand in
/// an order in which operands come before their users; every output is produced.
package struct Graph: Sendable {
    package var name: String
    package var inputs: [GraphInput]
    /// Names of the values to compute, in the model's order.
    package var outputs: [String]
    package var nodes: [Node]
    /// Weights and other constants by value name.
    package var constants: [String: Tensor]
    /// Free-form key/value pairs of the model file (for example labels, stride, input size).
    package var metadata: [String: String]
    /// What is meant to be computed in 8 bits; empty for a model of floats.
    package var quantization = QuantizationTable()

    package init(
        name: String, inputs: [GraphInput], outputs: [String], nodes: [Node], constants: [String: Tensor],
        metadata: [String: String] = [:]
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.constants = constants
        self.metadata = metadata
    }
}
