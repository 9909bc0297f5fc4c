import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

@Suite struct TensorDecodingTests {
    private func decode(_ tensor: Onnx_TensorProto) throws -> Tensor {
        var sketch = ModelSketch()
        let name = sketch.initializer(tensor, named: "c")
        sketch.output(name)
        return try #require(try sketch.graph().constants["c"])
    }

    private func proto(_ type: Int32, _ dimensions: [Int64], _ fill: (inout Onnx_TensorProto) -> Void)
        -> Onnx_TensorProto
    {
        var tensor = Onnx_TensorProto()
        tensor.dataType = type
        tensor.dims = dimensions
        fill(&tensor)
        return tensor
    }

    private func raw(_ type: Int32, _ count: Int64, _ bytes: [UInt8]) -> Onnx_TensorProto {
        proto(type, [count]) { $0.rawData = Data(bytes) }
    }

    @Test func rawData() throws {
        #expect(try decode(raw(1, 2, [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1])) == .floats([1, -10], [2]))
        #expect(try decode(raw(2, 2, [0, 255])).storage == .uint8([0, 255]))
        #expect(try decode(raw(3, 2, [1, 0xff])).storage == .int32([1, -1]))
        #expect(try decode(raw(4, 2, [1, 0, 0xff, 0xff])).storage == .int32([1, 65535]))
        #expect(try decode(raw(5, 2, [1, 0, 0xff, 0xff])).storage == .int32([1, -1]))
        #expect(try decode(raw(6, 1, [0xfe, 0xff, 0xff, 0xff])).storage == .int32([-2]))
        #expect(try decode(raw(7, 1, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).storage == .int64([-2]))
        #expect(try decode(raw(9, 2, [0, 1])).storage == .bool([false, true]))
        #expect(try decode(raw(11, 1, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])) == .floats([1.5], [1]))
        #expect(try decode(raw(12, 1, [0xff, 0xff, 0xff, 0xff])).storage == .int64([4_294_967_295]))
        #expect(try decode(raw(16, 1, [0xc0, 0x3f])) == .floats([1.5], [1]))
    }

    @Test func halfPrecision() throws {
        // 1, -2, the smallest subnormal, the largest subnormal, the largest number, infinity.
        let bits: [UInt16] = [0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0x8000]
        let tensor = raw(10, Int64(bits.count), bits.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
        let expected: [Float] = [1, -2, 0x1p-24, 0x1p-14 - 0x1p-24, 65504, .infinity, -0.0]
        #expect(try decode(tensor) == .floats(expected, [bits.count]))
        #expect(try decode(proto(10, [1]) { $0.int32Data = [0x3c00] }) == .floats([1], [1]))
        #expect(try decode(raw(10, 1, [0, 0x7e])).floats?[0].isNaN == true)
    }

    @Test func typedData() throws {
        #expect(try decode(proto(1, []) { $0.floatData = [3] }) == .floats([3], []))
        #expect(try decode(proto(11, [1]) { $0.doubleData = [2.5] }) == .floats([2.5], [1]))
        #expect(try decode(proto(7, [1, 1]) { $0.int64Data = [-9] }) == Tensor([Int64(-9)], shape: [1, 1]))
        #expect(try decode(proto(6, [1]) { $0.int32Data = [-9] }).storage == .int32([-9]))
        #expect(try decode(proto(2, [1]) { $0.int32Data = [200] }).storage == .uint8([200]))
        #expect(try decode(proto(9, [2]) { $0.int32Data = [0, 1] }).storage == .bool([false, true]))
        #expect(try decode(proto(13, [1]) { $0.uint64Data = [7] }).storage == .int64([7]))
        #expect(try decode(proto(1, [0, 3]) { _ in }).shape == [0, 3])
    }

    @Test func sizesThatDoNotFit() throws {
        let huge = Int64(1) << 30
        let tensors = [
            proto(1, [3]) { $0.floatData = [1, 2] }, raw(1, 2, [0, 0, 0, 0]), raw(1, 1, [0, 0, 0, 0, 0]),
            proto(1, [-1]) { $0.floatData = [1] }, proto(1, [huge, huge]) { _ in },
            proto(1, [huge, huge, huge, huge, 0]) { _ in },
            proto(1, [.max, .max]) { $0.rawData = Data([1]) }, proto(8, [1]) { _ in },
            proto(99, [1]) { $0.floatData = [1] },
            proto(0, [1]) { $0.floatData = [1] }, proto(1, Array(repeating: 1, count: 1000)) { $0.floatData = [1] },
        ]
        for tensor in tensors {
            var sketch = ModelSketch()
            sketch.output(sketch.initializer(tensor, named: "culprit"))
            let failure = try #require(try sketch.failure())
            #expect(failure.code == .invalidTensor && failure.description.contains("'culprit'"))
        }
    }
}
