import Tensors
import TestSupport
import Testing

@testable import GraphIR

/// Inputs of bytes, with channels last, or without a batch.
@Suite struct PictureInputTests {
    /// (x - 3) / 2 of a picture, cast from bytes before, channels first behind.
    private func graph(_ dimensions: [Int?], _ type: ElementType, operations: [Operator]) -> Graph {
        var graph = Graph(
            name: "g", inputs: [GraphInput(name: "x", elementType: type, dimensions: dimensions)], outputs: [],
            nodes: [], constants: ["three": .scalar(3), "axes": .vector([0])])
        var value = "x"
        for (index, operation) in operations.enumerated() {
            let operands: [String] =
                switch operation {
                case .binary: [value, "three"]
                case .unsqueeze: [value, "axes"]
                default: [value]
                }
            graph.nodes.append(Node(name: "n\(index)", operation: operation, inputs: operands, outputs: ["v\(index)"]))
            value = "v\(index)"
        }
        graph.outputs = [value]
        return graph
    }

    private let turn = Operator.transpose(permutation: [0, 3, 1, 2])

    @Test func bytesBecomeFloats() throws {
        var plain = graph([1, 2, 4, 3], .uint8, operations: [.cast(.float32), .binary(.subtract), turn])
        var turned = plain
        turned.takePlanarPicture("x")
        #expect(turned.inputs[0].dimensions == [1, 3, 2, 4] && turned.inputs[0].elementType == .uint8)
        try PassPipeline.standard.run(&plain)
        try PassPipeline.standard.run(&turned)
        for graph in [plain, turned] {
            #expect(graph.inputs[0].elementType == .float32)
            #expect(!graph.nodes.contains { $0.operation == .cast(.float32) })
        }
        let numbers = (0..<24).map { Float($0) }
        let picture = Tensor(numbers, shape: [1, 2, 4, 3])
        // Channel by channel.
        let planes = Tensor((0..<24).map { numbers[$0 % 8 * 3 + $0 / 8] }, shape: [1, 3, 2, 4])
        let expected = try ReferenceEvaluator.run(plain, inputs: ["x": picture])
        #expect(try ReferenceEvaluator.run(turned, inputs: ["x": planes]) == expected)
    }

    @Test func bytesThatAreComputedWithStay() throws {
        var graph = graph([1, 3, 2, 4], .uint8, operations: [.cast(.int32), .cast(.float32)])
        try PassPipeline.standard.run(&graph)
        #expect(graph.inputs[0].elementType == .uint8)
    }

    @Test func batchesAreMadeUp() throws {
        for (dimensions, operations) in [
            ([3, 2, 4], [Operator.unsqueeze, .binary(.subtract)]),
            ([2, 4, 3], [Operator.unsqueeze, .binary(.subtract), turn]),
        ] {
            var changed = graph(dimensions, .float32, operations: operations)
            changed.takePlanarPicture("x")
            #expect(changed.inputs[0].dimensions == [1, 3, 2, 4])
            let input = Tensor((0..<24).map { Float($0) }, shape: [1, 3, 2, 4])
            let result = try #require(try ReferenceEvaluator.run(changed, inputs: ["x": input])[changed.outputs[0]])
            #expect(result == Tensor((0..<24).map { Float($0) - 3 }, shape: [1, 3, 2, 4]))
        }
    }

    @Test func ordinaryPicturesStay() {
        var graph = graph([nil, 3, nil, nil], .float32, operations: [.binary(.subtract)])
        let before = graph.nodes
        graph.takePlanarPicture("x")
        #expect(graph.nodes == before && graph.inputs[0].dimensions == [nil, 3, nil, nil])
    }

    @Test func normalisation() {
        func normalises(_ operations: [Operator], _ constant: Float) -> Bool {
            var graph = graph([1, 3, 2, 4], .float32, operations: operations)
            graph.constants["three"] = .scalar(constant)
            return graph.normalisesLevels(of: "x")
        }
        #expect(normalises([.binary(.divide)], 255) && normalises([turn, .binary(.subtract)], 127.5))
        #expect(normalises([.binary(.multiply)], 1 / 128))
        #expect(!normalises([.binary(.divide)], 0.2) && !normalises([.binary(.multiply)], 2))
        #expect(!normalises([.activation(.relu), .binary(.divide)], 255))
    }
}

@Suite struct SuppressionTests {
    private func graph(threshold: Bool) -> Graph {
        var graph = Graph(
            name: "g",
            inputs: [
                GraphInput(name: "boxes", elementType: .float32, dimensions: [1, 4, 4]),
                GraphInput(name: "scores", elementType: .float32, dimensions: [1, 1, 4]),
            ], outputs: ["rows"], nodes: [],
            constants: ["limit": .vector([3]), "overlap": .scalar(0.5), "score": .scalar(0.25)])
        graph.nodes = [
            Node(
                name: "n", operation: .nonMaximumSuppression(areCentres: false),
                inputs: ["boxes", "scores", "limit", "overlap"] + (threshold ? ["score"] : []), outputs: ["rows"])
        ]
        return graph
    }

    @Test func selection() throws {
        // Boxes 0 and 1 overlap by 0.8; 2 lies apart, its corners the other way round; 3 is empty.
        let boxes = Tensor(
            [0, 0, 1, 1, 0, 0, 1, 0.8, 5, 5, 4, 4, 2, 2, 2, 3].map { Float($0) }, shape: [1, 4, 4])
        let scores = Tensor([0.5, 0.75, 0.25, 0.5] as [Float], shape: [1, 1, 4])
        func rows(_ threshold: Bool) throws -> [Int64]? {
            try ReferenceEvaluator.run(graph(threshold: threshold), inputs: ["boxes": boxes, "scores": scores])["rows"]?
                .integers
        }
        #expect(try rows(false) == [0, 0, 1, 0, 0, 3, 0, 0, 2])
        // Scores must exceed it.
        #expect(try rows(true) == [0, 0, 1, 0, 0, 3])
    }

    @Test func nothingMayReadTheRows() throws {
        var graph = graph(threshold: true)
        #expect(try ShapeInference.infer(graph)["rows"] == TensorType(.int64, [3, 3]))
        graph.nodes.append(Node(name: "cast", operation: .cast(.float32), inputs: ["rows"], outputs: ["floats"]))
        graph.outputs = ["floats"]
        let error = #expect(throws: GraphError.self) { try ShapeInference.infer(graph) }
        #expect(error?.code == .dataDependentShape)
    }
}
