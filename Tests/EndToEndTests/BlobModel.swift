import Foundation

/// An ONNX model made here: a YOLOX head of one class whose score in a cell is the mean brightness of the cell.
///
/// Input `images` [1, 3, 64, 64] of pixels from 0 to 255; output `output` [1, 84, 6] for strides 8, 16 and 32. Each box is as
/// large as its cell. White shapes on black ground are found, and nothing else.
enum BlobModel {
    private static let strides = [8, 16, 32]

    /// The bytes of the model file.
    static let file = make(source: "images") { _ in }

    /// The same with a convolution before, which passes pixels on.
    static let deepFile = make(source: "pixels") { graph in
        graph.message(5, tensor("copy", [3, 3, 1, 1], floats: [1, 0, 0, 0, 1, 0, 0, 0, 1]))
        graph.message(1, node("Conv", ["images", "copy"], "pixels", lists: ["kernel_shape": [1, 1]]))
    }

    /// The same with a convolution before, which takes the mean of every four pixels.
    static let stemFile = make(source: "halves", sourceStride: 2) { graph in
        let weights = (0..<36).map { $0 / 12 == $0 % 12 / 4 ? Float(0.25) : 0 }
        graph.message(5, tensor("mean", [3, 3, 2, 2], floats: weights))
        graph.message(
            1, node("Conv", ["images", "mean"], "halves", lists: ["kernel_shape": [2, 2], "strides": [2, 2]]))
    }

    /// - Parameters:
    ///   - source: what the heads read.
    ///   - sourceStride: pixels for each of its elements.
    private static func make(
        source: String, sourceStride: Int = 1, _ makeSource: (inout ProtobufWriter) -> Void
    ) -> Data {
        var graph = ProtobufWriter()
        var grids: [String] = []
        makeSource(&graph)
        for stride in strides { grids.append(appendHead(stride, source, sourceStride, to: &graph)) }
        graph.message(1, node("Concat", grids, "rows", integers: ["axis": 2]))
        graph.message(1, node("Transpose", ["rows"], "output", lists: ["perm": [0, 2, 1]]))
        graph.text(2, "blobs")
        graph.message(11, value("images", [1, 3, 64, 64]))
        graph.message(12, value("output", [1, 84, 6]))

        var opset = ProtobufWriter()
        opset.text(1, "")
        opset.number(2, 13)
        var model = ProtobufWriter()
        model.number(1, 8)
        model.message(7, graph)
        model.message(8, opset)
        return model.data
    }

    /// Adds the convolution of one stride; returns the name of its rows `[1, 6, cells]`.
    private static func appendHead(
        _ stride: Int, _ source: String, _ sourceStride: Int, to graph: inout ProtobufWriter
    ) -> String {
        let side = stride / sourceStride
        let area = 3 * side * side
        var weights = [Float](repeating: 0, count: 6 * area)
        for index in 4 * area..<5 * area { weights[index] = 1 / Float(255 * area) }
        let cells = (64 / stride) * (64 / stride)
        // Centre of the cell, size of the cell, brightness, certainty about the class.
        graph.message(5, tensor("weights\(stride)", [6, 3, side, side], floats: weights))
        graph.message(5, tensor("bias\(stride)", [6], floats: [0.5, 0.5, 0, 0, 0, 1]))
        graph.message(5, tensor("shape\(stride)", [3], integers: [1, 6, Int64(cells)]))
        graph.message(
            1,
            node(
                "Conv", [source, "weights\(stride)", "bias\(stride)"], "grid\(stride)",
                lists: ["kernel_shape": [side, side], "strides": [side, side]]))
        graph.message(1, node("Reshape", ["grid\(stride)", "shape\(stride)"], "rows\(stride)"))
        return "rows\(stride)"
    }

    private static func node(
        _ operation: String, _ inputs: [String], _ output: String, integers: [String: Int] = [:],
        lists: [String: [Int]] = [:]
    ) -> ProtobufWriter {
        var node = ProtobufWriter()
        for input in inputs { node.text(1, input) }
        node.text(2, output)
        node.text(3, "make \(output)")
        node.text(4, operation)
        for (name, value) in integers {
            var attribute = ProtobufWriter()
            attribute.text(1, name)
            attribute.number(3, value)
            attribute.number(20, 2)
            node.message(5, attribute)
        }
        for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
            var attribute = ProtobufWriter()
            attribute.text(1, name)
            for value in values { attribute.number(8, value) }
            attribute.number(20, 7)
            node.message(5, attribute)
        }
        return node
    }

    private static func tensor(
        _ name: String, _ shape: [Int], floats: [Float] = [], integers: [Int64] = []
    ) -> ProtobufWriter {
        var tensor = ProtobufWriter()
        for extent in shape { tensor.number(1, extent) }
        tensor.number(2, floats.isEmpty ? 7 : 1)
        tensor.text(8, name)
        var data = Data()
        for value in floats { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        for value in integers { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
        tensor.bytes(9, data)
        return tensor
    }

    private static func value(_ name: String, _ shape: [Int]) -> ProtobufWriter {
        var extents = ProtobufWriter()
        for extent in shape {
            var dimension = ProtobufWriter()
            dimension.number(1, extent)
            extents.message(1, dimension)
        }
        var tensor = ProtobufWriter()
        tensor.number(1, 1)
        tensor.message(2, extents)
        var type = ProtobufWriter()
        type.message(1, tensor)
        var value = ProtobufWriter()
        value.text(1, name)
        value.message(2, type)
        return value
    }
}

/// Writes the fields of a protobuf message.
struct ProtobufWriter {
    private(set) var data = Data()

    mutating func number(_ field: Int, _ value: Int) {
        varint(field << 3)
        varint(value)
    }

    mutating func bytes(_ field: Int, _ value: Data) {
        varint(field << 3 | 2)
        varint(value.count)
        data.append(value)
    }

    mutating func text(_ field: Int, _ value: String) { bytes(field, Data(value.utf8)) }
    mutating func message(_ field: Int, _ value: ProtobufWriter) { bytes(field, value.data) }

    private mutating func varint(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest > 127 {
            data.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        data.append(UInt8(rest))
    }
}
