import SwiftProtobuf

/// Messages of `work.proto` → bytes and back, so that clients need not import SwiftProtobuf.
package enum WorkMessageCoding {
    /// Why bytes are not the message that was expected.
    package enum DecodingError: Error, Sendable, Hashable {
        /// The bytes end inside a field.
        case truncated
        /// The bytes are not protobuf, or not of this message.
        case malformed
    }

    package static func encode(_ message: Windhover_Work_ToWorker) throws -> [UInt8] { try message.serializedBytes() }
    package static func encode(_ message: Windhover_Work_FromWorker) throws -> [UInt8] { try message.serializedBytes() }
    package static func encode(_ message: Windhover_Work_BatchResult) throws -> [UInt8] {
        try message.serializedBytes()
    }
    package static func encode(_ message: Windhover_Work_BatchTracks) throws -> [UInt8] {
        try message.serializedBytes()
    }

    package static func toWorker(_ bytes: [UInt8]) throws(DecodingError) -> Windhover_Work_ToWorker {
        try decode(bytes)
    }

    package static func fromWorker(_ bytes: [UInt8]) throws(DecodingError) -> Windhover_Work_FromWorker {
        try decode(bytes)
    }

    package static func batchResult(_ bytes: [UInt8]) throws(DecodingError) -> Windhover_Work_BatchResult {
        try decode(bytes)
    }

    package static func batchTracks(_ bytes: [UInt8]) throws(DecodingError) -> Windhover_Work_BatchTracks {
        try decode(bytes)
    }

    private static func decode<M: Message>(_ bytes: [UInt8]) throws(DecodingError) -> M {
        do {
            return try M(serializedBytes: bytes)
        } catch BinaryDecodingError.truncated {
            throw .truncated
        } catch {
            throw .malformed
        }
    }
}
