package import GraphIR
package import Tensors

/// A definition's network for one picture size: its layers, what they cost, and with values for its parameters its graph.
package struct DefinedNetwork: Sendable {
    /// Where parameters' values come from.
    package enum Values: Sendable {
        /// Untrained ones, the same for a seed on every machine.
        case random(seed: UInt64)
        /// Trained ones by their names in a state dictionary, and the file that they are from.
        case trained([String: Tensor], source: String)
    }

    package let definition: ModelDefinition
    package let input: MapShape
    /// Every module and part, in the order in which they are built.
    package let layers: [LayerRecord]
    /// One for each row of the definition.
    package let rows: [LayerRecord]
    package let cost: NetworkCost
    /// Input pixels from one cell to the next, one a level.
    package let strides: [Int]
    /// Widths and heights in input pixels, alternating, one list a level.
    package let anchors: [[Double]]

    private let values: Values
    private let parameters: [NetworkParameter]
    private let nodes: [Node]
    private let constants: [String: Tensor]

    /// The sides that pictures can have.
    package static let sides = 32...4096

    /// - Parameters:
    ///   - width, height: of the input picture, in pixels, of `sides`.
    /// - Throws: naming the row that does not fit.
    package init(
        _ definition: ModelDefinition, width: Int, height: Int, values: Values
    ) throws(ModelDefinitionError) {
        self.definition = definition
        self.values = values
        input = MapShape(channels: 3, height: height, width: width)
        var trained: [String: Tensor]?
        if case .trained(let tensors, _) = values { trained = tensors }
        var builder = NetworkBuilder(definition, inputShape: input, trained: trained)
        try builder.addRows()
        guard let detection = builder.detection else {
            throw ModelDefinitionError(
                .malformed, subject: definition.source, reason: "no row is a Detect or IDetect; end the head with one")
        }
        layers = builder.layers
        rows = definition.rows.indices.map { builder.layers[builder.rowLayers[$0]] }
        cost = builder.cost
        (strides, anchors) = (detection.strides, detection.anchors)
        parameters = builder.parameters
        constants = builder.constants
        nodes = builder.nodes.renaming(builder.output, to: Self.outputName)
    }

    private static let inputName = "images"
    private static let outputName = "output"

    /// The graph with its parameters' values.
    /// - Parameter foldsBatchNormalization: whether batch norms become part of the convolutions before them, as they are run.
    /// - Returns: the graph, and the type of each of its values.
    /// - Throws: `ModelDefinitionError` with all that does not fit where the values are trained.
    package func graph(foldsBatchNormalization: Bool) throws -> (graph: Graph, types: [String: TensorType]) {
        var graph = Graph(
            name: "detector",
            inputs: [
                GraphInput(
                    name: Self.inputName, elementType: .float32,
                    dimensions: [1, input.channels, input.height, input.width])
            ],
            outputs: [Self.outputName], nodes: nodes,
            constants: constants.merging(try parameterValues()) { constant, _ in constant }, metadata: metadata)
        let passes: [any GraphPass] = foldsBatchNormalization ? [FoldBatchNormalization()] : []
        let types = try PassPipeline(passes + [RemoveDeadCode()]).run(&graph)
        return (graph, types)
    }

    private func parameterValues() throws(ModelDefinitionError) -> [String: Tensor] {
        switch values {
        case .random(let seed): return RandomParameters(seed: seed).values(of: parameters)
        case .trained(let tensors, let source):
            return try TrainedParameters.values(of: parameters, in: tensors, source: source)
        }
    }

    /// What the file says of itself, in the form that exporters of these networks use.
    private var metadata: [String: String] {
        var metadata = [
            "task": "detect", "stride": "\(strides.max() ?? 0)", "strides": "\(strides)",
            "anchors": "\(anchors.map { level in level.map(Self.short) })".replacing("\"", with: ""),
            "imgsz": "[\(input.height), \(input.width)]",
        ]
        if let labels = definition.labels {
            let names = labels.enumerated().map { index, label in
                "\(index): '" + label.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
            }
            metadata["names"] = "{" + names.joined(separator: ", ") + "}"
        }
        return metadata
    }

    /// A number without a fraction where it has none.
    private static func short(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
}

extension [Node] {
    /// The same nodes with another name for one value.
    fileprivate func renaming(_ value: String, to name: String) -> [Node] {
        map { node in
            var node = node
            node.outputs = node.outputs.map { $0 == value ? name : $0 }
            return node
        }
    }
}
