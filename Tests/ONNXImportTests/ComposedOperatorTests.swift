import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// ONNX operators that become several nodes.
@Suite struct ComposedOperatorTests {
    private let x = Tensor.floats([-3, -1, 0, 0.5, 2, 4], [6])

    private func value(_ type: String, opset: Int64 = 20, _ attributes: [Onnx_AttributeProto] = []) throws -> [Float] {
        var sketch = ModelSketch(opset: opset)
        let input = sketch.input("x", [6])
        sketch.node(type, [input], attributes)
        return try #require(try sketch.evaluate(x).floats)
    }

    private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
        Tensor.floats(a, [a.count]).isClose(to: .floats(b, [b.count]))
    }

    @Test func activations() throws {
        #expect(isClose(try value("Softsign"), [-0.75, -0.5, 0, 1 / 3, 2 / 3, 0.8]))
        #expect(isClose(try value("Gelu"), [-0.004_049_694, -0.158_655_25, 0, 0.345_731_23, 1.954_499_7, 3.999_873_3]))
        #expect(isClose(try value("Selu"), [-1.670_568_8, -1.111_330_7, 0, 0.525_350_5, 2.101_402, 4.202_804]))
        #expect(isClose(try value("HardSigmoid"), [0, 0.3, 0.5, 0.6, 0.9, 1]))
    }

    @Test func parametricRelu() throws {
        for slopes: ([Float], [Int64]) in [([0.5], [1]), ([0.5, 0.5, 1, 1, 1, 1], [6])] {
            var sketch = ModelSketch()
            let input = sketch.input("x", [6])
            sketch.node("PRelu", [input, sketch.floats(slopes.0, slopes.1)])
            #expect(try sketch.evaluate(x).floats == [-1.5, -0.5, 0, 0.5, 2, 4])
        }
    }

    @Test func variadicArithmetic() throws {
        let expected: [(String, [Float])] = [
            ("Max", [1, 1, 1, 1, 2, 4]), ("Min", [-3, -1, 0, 0.5, 1, 1]), ("Sum", [-1, 1, 2, 2.5, 4, 6]),
            ("Mean", [-1 / 3, 1 / 3, 2 / 3, 2.5 / 3, 4 / 3, 2]),
        ]
        for (type, values) in expected {
            var sketch = ModelSketch()
            let input = sketch.input("x", [6])
            sketch.node(type, [input, sketch.floats([1], [1]), sketch.floats([1], [])])
            #expect(isClose(try #require(try sketch.evaluate(x).floats), values), "\(type)")
        }
    }

    @Test func comparisons() throws {
        var sketch = ModelSketch(opset: 16)
        let input = sketch.input("x", [6])
        let zero = sketch.floats([0], [])
        let atLeast = sketch.node("GreaterOrEqual", [input, zero])
        let atMost = sketch.node("LessOrEqual", [input, zero])
        let both = sketch.node("And", [atLeast, atMost])
        let either = sketch.node("Xor", [both, sketch.node("Or", [atLeast, atMost])])
        sketch.node("Cast", [either], [.int("to", 1)])
        #expect(try sketch.evaluate(x).floats == [1, 1, 0, 1, 1, 1])
    }

    @Test func spaceAndDepth() throws {
        let picture = Tensor((0..<16).map { Float($0) }, shape: [1, 1, 4, 4])
        var deep = ModelSketch()
        let input = deep.input("x", [1, 1, 4, 4])
        deep.node("SpaceToDepth", [input], [.int("blocksize", 2)])
        let expected: [Float] = [0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]
        #expect(try deep.evaluate(picture) == .floats(expected, [1, 4, 2, 2]))
        for mode in ["DCR", "CRD"] {
            var back = deep
            back.node("DepthToSpace", ["v0"], [.int("blocksize", 2), .string("mode", mode)])
            #expect(try back.evaluate(picture) == picture)
        }
    }
}
