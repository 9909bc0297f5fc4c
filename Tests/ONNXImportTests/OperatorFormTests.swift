import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// The forms that operators have had in different operator sets: attributes in old ones, operands in newer ones.
@Suite struct OperatorFormTests {
    private let row = Tensor.floats([-2, -1, 0, 1, 2, 3], [1, 1, 2, 3])

    /// What one node makes of `row`; `build` returns its operands behind x.
    private func value(
        _ type: String, opset: Int64, _ attributes: [Onnx_AttributeProto] = [], outputs: [String]? = nil,
        _ build: (inout ModelSketch) -> [String] = { _ in [] }
    ) throws -> Tensor {
        var sketch = ModelSketch(opset: opset)
        let x = sketch.input("x", [1, 1, 2, 3])
        let operands = build(&sketch)
        sketch.node(type, [x] + operands, attributes, outputs: outputs)
        return try sketch.evaluate(row)
    }

    @Test func clip() throws {
        let expected = Tensor.floats([-1, -1, 0, 1, 2, 2], [1, 1, 2, 3])
        #expect(try value("Clip", opset: 7, [.float("min", -1), .float("max", 2)]) == expected)
        #expect(try value("Clip", opset: 13) { [$0.floats([-1], []), $0.floats([2], [])] } == expected)
        #expect(try value("Clip", opset: 10, [.float("min", -9)]) == row)
        #expect(try value("Clip", opset: 11) { ["", $0.floats([2], [])] }.floats?.max() == 2)
        #expect(try value("Clip", opset: 11) == row)
    }

    @Test func slice() throws {
        let expected = Tensor.floats([2, 3], [1, 1, 1, 2])
        let attributes: [Onnx_AttributeProto] = [
            .ints("starts", 1, -2), .ints("ends", .max, .max), .ints("axes", 2, 3),
        ]
        #expect(try value("Slice", opset: 9, attributes) == expected)
        #expect(
            try value("Slice", opset: 10) { [$0.integers(1, -2), $0.integers(.max, .max), $0.integers(2, 3)] }
                == expected)
        #expect(
            try value("Slice", opset: 13) {
                [$0.integers(-1), $0.integers(.min), $0.integers(3), $0.integers(-2)]
            } == .floats([0, -2, 3, 1], [1, 1, 2, 2]))
    }

    @Test func pad() throws {
        let expected = Tensor.floats([7, -2, -1, 7, 1, 2], [1, 1, 2, 3])
        let pads: Onnx_AttributeProto = .ints("pads", 0, 0, 0, 1, 0, 0, 0, -1)
        #expect(try value("Pad", opset: 10, [pads, .float("value", 7)]) == expected)
        #expect(
            try value("Pad", opset: 11) { [$0.integers(0, 0, 0, 1, 0, 0, 0, -1), $0.floats([7], [])] } == expected)
        #expect(
            try value("Pad", opset: 18) { [$0.integers(1, -1), $0.floats([7], []), $0.integers(-1)] } == expected)
        let reflected = Tensor.floats([-1, -2, -1, 0, 2, 1, 2, 3], [1, 1, 2, 4])
        #expect(
            try value("Pad", opset: 13, [.string("mode", "reflect")]) { [$0.integers(0, 0, 0, 1, 0, 0, 0, 0)] }
                == reflected)
    }

    /// Each element times the kernel at its place, strides apart.
    @Test func transposedConvolution() throws {
        var sketch = ModelSketch()
        let x = sketch.input("x", [1, 1, 1, 3])
        sketch.node(
            "ConvTranspose", [x, sketch.floats([1, 10, 100], [1, 1, 1, 3]), sketch.floats([0.5], [1])],
            [.ints("strides", 1, 2)])
        let row = Tensor.floats([1, 2, 3], [1, 1, 1, 3])
        #expect(try sketch.evaluate(row) == .floats([1.5, 10.5, 102.5, 20.5, 203.5, 30.5, 300.5], [1, 1, 1, 7]))
        sketch.model.graph.node[0].attribute += [.ints("pads", 0, 1, 0, 2), .ints("output_padding", 0, 1)]
        #expect(try sketch.evaluate(row) == .floats([10.5, 102.5, 20.5, 203.5, 30.5], [1, 1, 1, 5]))
        sketch.model.graph.node[0].attribute = [.ints("strides", 1, 2), .string("auto_pad", "SAME_UPPER")]
        #expect(try sketch.evaluate(row) == .floats([1.5, 10.5, 102.5, 20.5, 203.5, 30.5], [1, 1, 1, 6]))
        sketch.model.graph.node[0].attribute = [.ints("dilations", 1, 2)]
        #expect(try sketch.evaluate(row) == .floats([1.5, 2.5, 13.5, 20.5, 130.5, 200.5, 300.5], [1, 1, 1, 7]))
    }

    @Test func powersOfWholeNumbers() throws {
        #expect(try value("Pow", opset: 13) { [$0.integers(2)] }.floats == [4, 1, 0, 1, 4, 9])
    }

    @Test func norms() throws {
        let axis: Onnx_AttributeProto = .ints("axes", 3)
        #expect(try value("ReduceL1", opset: 13, [axis]).floats == [3, 6])
        #expect(try value("ReduceSumSquare", opset: 13, [axis]).floats == [5, 14])
        #expect(
            try value("ReduceL2", opset: 18) { [$0.integers(3)] }.isClose(
                to: .floats([2.236_068, 3.741_657], [1, 1, 2, 1])))
    }

    @Test func scatterAndWhere() throws {
        let scattered = try value("ScatterND", opset: 13) {
            [$0.initializer(.integers([0, 0, 1, 2]).shaped([1, 4]), named: "i"), $0.floats([7], [1])]
        }
        #expect(scattered.floats == [-2, -1, 0, 1, 2, 7])
        #expect(try value("ThresholdedRelu", opset: 13).floats == [0, 0, 0, 0, 2, 3])
    }

    @Test func squeezeAndUnsqueeze() throws {
        #expect(try value("Squeeze", opset: 11, [.ints("axes", 0)]).shape == [1, 2, 3])
        #expect(try value("Squeeze", opset: 13) { [$0.integers(-4)] }.shape == [1, 2, 3])
        #expect(try value("Squeeze", opset: 13).shape == [2, 3])
        #expect(try value("Unsqueeze", opset: 11, [.ints("axes", 0, 5)]).shape == [1, 1, 1, 2, 3, 1])
        #expect(try value("Unsqueeze", opset: 21) { [$0.integers(-1)] }.shape == [1, 1, 2, 3, 1])
    }

    @Test func split() throws {
        let first = ["y", "rest"]
        let cases: [(Int64, [Onnx_AttributeProto])] = [
            (7, [.int("axis", 3), .ints("split", 1, 2)]), (13, [.int("axis", -1)]),
        ]
        for (opset, attributes) in cases {
            let y = try value("Split", opset: opset, attributes, outputs: first) {
                opset < 13 ? [] : [$0.integers(1, 2)]
            }
            #expect(y == .floats([-2, 1], [1, 1, 2, 1]))
        }
        let parts: [Onnx_AttributeProto] = [.int("axis", 3), .int("num_outputs", 2)]
        #expect(try value("Split", opset: 18, parts, outputs: first) == .floats([-2, -1, 1, 2], [1, 1, 2, 2]))
    }

    @Test func reductions() throws {
        let sum = Tensor.floats([-1, 1, 3], [1, 1, 3])
        let axes: [Onnx_AttributeProto] = [.ints("axes", 2), .int("keepdims", 0)]
        #expect(try value("ReduceSum", opset: 11, axes) == sum)
        #expect(try value("ReduceSum", opset: 13, [.int("keepdims", 0)]) { [$0.integers(-2)] } == sum)
        #expect(try value("ReduceMax", opset: 13, axes) == .floats([1, 2, 3], [1, 1, 3]))
        #expect(try value("ReduceMean", opset: 18) { [$0.integers(2, 3)] } == .floats([0.5], [1, 1, 1, 1]))
        #expect(try value("ReduceMin", opset: 18, [.int("keepdims", 0)]) == .floats([-2], []))
        #expect(try value("ReduceProd", opset: 18, [.int("noop_with_empty_axes", 1)]) == row)
    }

    @Test func softmax() throws {
        // Over all six elements before operator set 13, over rows from then on.
        let powers = row.floats.map { $0.map { exp($0) } } ?? []
        let all = powers.reduce(0, +)
        let joint = Tensor(powers.map { $0 / all }, shape: row.shape)
        #expect(try value("Softmax", opset: 11).isClose(to: joint))
        #expect(try value("Softmax", opset: 12, [.int("axis", 2)]).isClose(to: joint))
        let rows = try value("Softmax", opset: 13)
        #expect(try value("Softmax", opset: 11, [.int("axis", 3)]).isClose(to: rows))
        #expect(try value("LogSoftmax", opset: 13).floats?.allSatisfy { $0 < 0 } == true)
    }

    @Test func resizeAndUpsample() throws {
        let expected = Tensor.floats([-2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 3, 3], [1, 1, 2, 6])
        let scales: [Float] = [1, 1, 1, 2]
        #expect(try value("Upsample", opset: 7, [.floats("scales", 1, 1, 1, 2)]) == expected)
        #expect(try value("Upsample", opset: 9) { [$0.floats(scales, [4])] } == expected)
        #expect(try value("Resize", opset: 10) { [$0.floats(scales, [4])] } == expected)
        #expect(try value("Resize", opset: 11) { [$0.floats([], [0]), $0.floats(scales, [4])] } == expected)
        #expect(
            try value("Resize", opset: 13) { [$0.floats([], [0]), $0.floats([], [0]), $0.integers(1, 1, 2, 6)] }
                == expected)
        #expect(try value("Resize", opset: 18, [.ints("axes", -1)]) { ["", $0.floats([2], [1])] } == expected)
        #expect(try value("Resize", opset: 18, [.ints("axes", 3, 2)]) { ["", "", $0.integers(6, 2)] } == expected)
    }

    @Test func batchNormalizationAndDropout() throws {
        let normalized = try value("BatchNormalization", opset: 7, [.float("epsilon", 0)]) { sketch in
            [2, 1, 0, 4].map { sketch.floats([$0], [1]) }
        }
        #expect(normalized == .floats([-1, 0, 1, 2, 3, 4], [1, 1, 2, 3]))
        #expect(try value("Dropout", opset: 7, [.float("ratio", 0.3)]) == row)
        #expect(try value("Dropout", opset: 13) { [$0.floats([0.3], [])] } == row)
    }

    @Test func shapes() throws {
        var sketch = ModelSketch(opset: 15)
        let x = sketch.input("x", [1, 1, 2, 3])
        sketch.node("Shape", [x], [.int("start", -2), .int("end", -1)])
        #expect(try sketch.evaluate(row) == .vector([2]))
        #expect(try value("Size", opset: 13).integers == [6])
        #expect(try value("Flatten", opset: 9).shape == [1, 6])
        #expect(try value("Transpose", opset: 13).shape == [3, 2, 1, 1])
        #expect(try value("Reshape", opset: 13) { [$0.integers(0, -1)] }.shape == [1, 6])
    }

    @Test func constants() throws {
        let forms: [Onnx_AttributeProto] = [
            .tensor("value", .floats([2], [1])), .float("value_float", 2), .floats("value_floats", 2),
        ]
        for form in forms {
            var sketch = ModelSketch(opset: 13)
            let x = sketch.input("x", [1, 1, 2, 3])
            let two = sketch.node("Constant", [], [form])
            sketch.node("Mul", [x, two])
            #expect(try sketch.evaluate(row) == .floats([-4, -2, 0, 2, 4, 6], [1, 1, 2, 3]))
        }
        for form: Onnx_AttributeProto in [.ints("value_ints", -1), .tensor("value", .integers([-1]))] {
            var sketch = ModelSketch(opset: 13)
            let x = sketch.input("x", [1, 1, 2, 3])
            sketch.node("Reshape", [x, sketch.node("Constant", [], [form])])
            #expect(try sketch.evaluate(row).shape == [6])
        }
    }
}

extension Onnx_TensorProto {
    fileprivate func shaped(_ dimensions: [Int64]) -> Onnx_TensorProto {
        var tensor = self
        tensor.dims = dimensions
        return tensor
    }
}
