import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

@Suite struct QuantizationImportTests {
    private func tensor(_ values: [Int32], _ dimensions: [Int64], type: Int32) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        tensor.dataType = type
        tensor.dims = dimensions
        tensor.int32Data = values
        return tensor
    }

    private func operations(_ sketch: ModelSketch, of value: String) throws -> [Operator] {
        var sketch = sketch
        sketch.output(value)
        return try sketch.graph().nodes.map(\.operation)
    }

    /// The zero point's type decides; wherever it stands.
    @Test(arguments: [10, 13, 19, 21] as [Int64]) func readsTypes(opset: Int64) throws {
        for (type, signed) in [(2, false), (3, true)] as [(Int32, Bool)] {
            var sketch = ModelSketch(opset: opset)
            let x = sketch.input("x", [1, 2])
            let scale = sketch.floats([0.5], [])
            let zero = sketch.initializer(tensor([7], [], type: type), named: "zero")
            let constant = sketch.node("Constant", [], [.tensor("value", tensor([7], [], type: type))])
            for zeroPoint in [zero, constant] {
                let q = sketch.node("QuantizeLinear", [x, scale, zeroPoint])
                #expect(try operations(sketch, of: q) == [.quantizeLinear(axis: 1, isSigned: signed)])
            }
        }
        var sketch = ModelSketch(opset: opset)
        let (x, scale) = (sketch.input("x", [1, 2]), sketch.floats([0.5], []))
        let q = sketch.node("QuantizeLinear", [x, scale])
        let y = sketch.node("DequantizeLinear", [q, scale], [.int("axis", 0)])
        #expect(
            try operations(sketch, of: y) == [.quantizeLinear(axis: 1, isSigned: false), .dequantizeLinear(axis: 0)])
    }

    @Test func refusesWhatIsNotOfEightBits() throws {
        var sketch = ModelSketch(opset: 21)
        let (x, scale) = (sketch.input("x", [1, 2]), sketch.floats([0.5], []))
        let zero = sketch.initializer(tensor([0], [], type: 5), named: "zero")
        sketch.output(sketch.node("QuantizeLinear", [x, scale, zero]))
        #expect(try sketch.failure()?.reason.contains("QuantizeLinear with integers other than int8") == true)
    }

    @Test func otherFormsAreUnsupportedOperators() throws {
        var sketch = ModelSketch(opset: 13)
        let x = sketch.input("x", [1, 2, 3, 3], type: 2)
        sketch.output(sketch.node("QLinearConv", Array(repeating: x, count: 8)))
        #expect(try sketch.failure()?.reason.contains("not supported, opset 13: QLinearConv (node 'n0')") == true)
    }
}
