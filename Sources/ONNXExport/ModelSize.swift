import GraphIR
import Tensors

/// What a model's tensors take in its file.
enum ModelSize {
    /// Protobuf messages are at most 2 GiB; the last mebibytes are left for nodes and names.
    private static let maximum = Int(Int32.max) - 1 << 24

    /// Throws where constants of `graph` do not fit into one file.
    static func check(_ graph: Graph) throws(ONNXExportError) {
        let bytes = graph.constants.reduce(0) { sum, entry in
            sum + entry.value.count
                * (graph.quantization.weightScales[entry.key] == nil ? entry.value.elementType.size : 1)
        }
        guard bytes <= maximum else { throw fault }
    }

    static var fault: ONNXExportError {
        ONNXExportError(
            .tooLarge, operation: "encode", subject: "model",
            reason: "its weights take more than the 2 GiB that an ONNX file can have")
    }
}

extension ElementType {
    /// Bytes of one element in a file.
    fileprivate var size: Int {
        switch self {
        case .float32, .int32: 4
        case .int64: 8
        case .uint8, .bool: 1
        }
    }
}
