import SwiftProtobuf

/// Bytes of an `.onnx` file → message and back, so that clients need not import SwiftProtobuf.
package enum ONNXModelCoding {
    /// Why bytes are not an ONNX model.
    package enum DecodingError: Error, Sendable, Hashable {
        /// The bytes end inside a field.
        case truncated
        /// The bytes are not protobuf, or not of this message.
        case malformed
    }

    /// Decodes a whole model. Fields that `onnx.proto` does not list are dropped.
    package static func decode(_ bytes: [UInt8]) throws(DecodingError) -> Onnx_ModelProto {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        do {
            return try Onnx_ModelProto(serializedBytes: bytes, options: options)
        } catch BinaryDecodingError.truncated {
            throw .truncated
        } catch {
            throw .malformed
        }
    }

    /// The bytes of `model`, in field order.
    /// - Throws: when a string or the whole exceeds what protobuf can hold (2 GiB).
    package static func encode(_ model: Onnx_ModelProto) throws -> [UInt8] {
        try model.serializedBytes()
    }
}
