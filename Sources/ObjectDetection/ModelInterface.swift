package import Tensors

/// One input or output of a graph, seen from outside.
package struct TensorSignature: Sendable, Hashable, CustomStringConvertible {
    package var name: String
    /// Nil where the graph does not say.
    package var elementType: ElementType?
    /// Nil for an extent that is open until the model runs.
    package var dimensions: [Int?]
    /// ONNX names of the operators whose results an output is put together from; empty where unknown.
    package var functions: [String]

    package init(
        name: String, elementType: ElementType? = .float32, dimensions: [Int?], functions: [String] = []
    ) {
        self.name = name
        self.elementType = elementType
        self.dimensions = dimensions
        self.functions = functions
    }

    package init(
        name: String, elementType: ElementType? = .float32, shape: Shape, functions: [String] = []
    ) {
        self.init(name: name, elementType: elementType, dimensions: shape.dimensions, functions: functions)
    }

    /// `'name' [1, 3, ?, ?]`, with the type where it is not float32.
    package var description: String {
        let extents = dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
        let type = elementType.map { $0 == .float32 ? "" : " " + $0.rawValue } ?? ""
        return "'\(name)' [\(extents)]\(type)"
    }
}

/// What can be known about a model from outside: the evidence for `HeadRecognition`.
package struct ModelInterface: Sendable, Hashable {
    /// File or catalogue name of the model; names the model in errors and hints at the label of a one-class model.
    package var modelName: String
    package var inputs: [TensorSignature]
    package var outputs: [TensorSignature]
    /// The file's metadata, for example `names` of Ultralytics' exports.
    package var metadata: [String: String]
    /// ONNX names of the operators in the graph (`Exp`, `Sigmoid`, …); empty where unknown.
    package var operatorNames: Set<String>
    /// Whether there are convolutions in groups.
    package var isDepthwise = false
    /// The NonMaxSuppression that the outputs come from, where they are what it reads.
    package var suppression: SuppressionEvidence?
    /// Whether the first thing that happens to the picture is a shift or a scaling of its levels.
    package var normalisesInput = false

    package init(
        modelName: String, inputs: [TensorSignature], outputs: [TensorSignature], metadata: [String: String] = [:],
        operatorNames: Set<String> = []
    ) {
        self.modelName = modelName
        self.inputs = inputs
        self.outputs = outputs
        self.metadata = metadata
        self.operatorNames = operatorNames
    }
}
