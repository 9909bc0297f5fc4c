import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// TopK, ArgMax and ArgMin in the forms of all operator sets, and what takes elements at computed places.
@Suite struct RankingOperatorTests {
    private let x = Tensor.floats([3, 1, 3, 2, 5, 5], [2, 3])

    /// What nodes make of `x`; `build` gets the sketch and the name of the input, and the last node counts.
    private func value(_ opset: Int64, _ build: (inout ModelSketch, String) -> Void) throws -> Tensor {
        var sketch = ModelSketch(opset: opset)
        build(&sketch, sketch.input("x", [2, 3]))
        return try sketch.evaluate(x)
    }

    /// Elements or indices (0 or 1) of TopK.
    private func top(
        _ result: Int, opset: Int64, k: Int64 = 2, _ attributes: [Onnx_AttributeProto] = []
    ) throws -> Tensor {
        try value(opset) { sketch, x in
            let operands = opset < 10 ? [x] : [x, sketch.integers(k)]
            let attributes = attributes + (opset < 10 ? [.int("k", k)] : [])
            sketch.node("TopK", operands, attributes, outputs: ["elements", "indices"])
            sketch.node("Identity", [["elements", "indices"][result]])
        }
    }

    @Test(arguments: [7, 9, 10, 11, 17] as [Int64]) func theLargestAlongTheLastAxis(opset: Int64) throws {
        #expect(try top(0, opset: opset) == .floats([3, 3, 5, 5], [2, 2]))
        #expect(try top(1, opset: opset) == Tensor([0, 2, 1, 2] as [Int64], shape: [2, 2]))
        #expect(try top(1, opset: opset, k: 3) == Tensor([0, 2, 1, 1, 2, 0] as [Int64], shape: [2, 3]))
        #expect(try top(1, opset: opset, k: 1, [.int("axis", 0)]) == Tensor([0, 1, 1] as [Int64], shape: [1, 3]))
    }

    @Test func theSmallestAndUnsorted() throws {
        #expect(try top(0, opset: 11, [.int("largest", 0)]) == .floats([1, 3, 2, 5], [2, 2]))
        #expect(try top(1, opset: 11, [.int("largest", 0), .int("axis", -1)]).integers == [1, 0, 0, 1])
        #expect(try top(1, opset: 11, [.int("sorted", 0)]).integers == [0, 2, 1, 2])
    }

    /// One of the results may be left out.
    @Test func singleResults() throws {
        let elements = try value(13) { sketch, x in
            sketch.node("TopK", [x, sketch.integers(1)], outputs: ["elements"])
        }
        #expect(elements == .floats([3, 5], [2, 1]))
        let indices = try value(13) { sketch, x in
            sketch.node("TopK", [x, sketch.integers(1)], outputs: ["", "indices"])
            sketch.node("Identity", ["indices"])
        }
        #expect(indices.integers == [0, 1])
    }

    /// k by shape arithmetic, as exporters have it.
    @Test func computedCounts() throws {
        let elements = try value(13) { sketch, x in
            let rows = sketch.node("Gather", [sketch.node("Shape", [x]), sketch.integers(0)])
            sketch.node(
                "TopK", [x, sketch.node("Min", [rows, sketch.integers(300)])], outputs: ["elements", "indices"])
            sketch.node("Identity", ["elements"])
        }
        #expect(elements == .floats([3, 3, 5, 5], [2, 2]))
    }

    @Test func singleBestOnes() throws {
        let cases: [(String, [Onnx_AttributeProto], [Int64], Shape)] = [
            ("ArgMax", [.int("axis", 1)], [0, 1], [2, 1]),
            ("ArgMax", [.int("axis", -1), .int("keepdims", 0)], [0, 1], [2]),
            ("ArgMin", [.int("axis", 1), .int("keepdims", 0)], [1, 0], [2]), ("ArgMin", [], [1, 0, 0], [1, 3]),
        ]
        for (type, attributes, indices, shape) in cases {
            #expect(try value(13) { $0.node(type, [$1], attributes) } == Tensor(indices, shape: shape))
        }
        var sketch = ModelSketch(opset: 13)
        sketch.output(sketch.node("ArgMax", [sketch.input("x", [2, 3])], [.int("select_last_index", 1)]))
        #expect(try sketch.failure()?.code == .unsupportedOperator)
    }

    @Test func elementsAndPartsAtPlaces() throws {
        func indices(_ values: [Int64], _ dimensions: [Int64]) -> Onnx_TensorProto {
            var tensor = Onnx_TensorProto.integers(values)
            tensor.dims = dimensions
            return tensor
        }
        let elements = try value(13) { sketch, x in
            sketch.node(
                "GatherElements", [x, sketch.initializer(indices([2, -3], [2, 1]), named: "i")], [.int("axis", 1)])
        }
        #expect(elements == .floats([3, 2], [2, 1]))
        let rows = try value(13) { sketch, x in
            sketch.node("GatherND", [x, sketch.initializer(indices([1, 0, 1, -1], [2, 2]), named: "i")])
        }
        #expect(rows == .floats([2, 5], [2]))
        let batches = try value(13) { sketch, x in
            sketch.node(
                "GatherND", [x, sketch.initializer(indices([2, 0], [2, 1]), named: "i")], [.int("batch_dims", 1)])
        }
        #expect(batches == .floats([3, 2], [2]))
    }

    @Test func remainders() throws {
        var sketch = ModelSketch(opset: 13)
        _ = sketch.input("x", [1])
        let left = sketch.integers(7, -7, 7, -7, 6)
        sketch.node("Mod", [left, sketch.integers(3, 3, -3, -3, 3)])
        #expect(try sketch.evaluate(.floats([0], [1])).integers == [1, 2, -2, -1, 0])
    }

    /// The error of a TopK of `[2, 3]`, in words.
    private func complaint(k: (inout ModelSketch, String) -> String) throws -> String {
        var sketch = ModelSketch(opset: 13)
        let x = sketch.input("x", [2, 3])
        let count = k(&sketch, x)
        sketch.output(sketch.node("TopK", [x, count], outputs: ["elements", "indices"], name: "best"))
        let graph = try sketch.graph()
        let error = #expect(throws: GraphError.self) { try ShapeInference.infer(graph) }
        return error.map { "\($0)" } ?? ""
    }

    @Test func impossibleCounts() throws {
        for k: Int64 in [4, 0, -1, .max] {
            let words = try complaint { sketch, _ in sketch.integers(k) }
            #expect(words.contains("best") && words.contains("takes \(k) of the 3 elements"), "\(words)")
        }
        #expect(try complaint { sketch, _ in sketch.integers(1, 2) }.contains("must be one number"))
        let computed = try complaint { sketch, x in
            let sum = sketch.node("ReduceSum", [x], [.int("keepdims", 0)])
            return sketch.node("Cast", [sum], [.int("to", 7)])
        }
        #expect(computed.contains("its k is computed from the picture"), "\(computed)")
    }
}
