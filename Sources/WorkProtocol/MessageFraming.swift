/// Messages as they travel: a 32-bit little-endian length and that many bytes.
package enum MessageFraming {
    /// Bytes of the length prefix.
    package static let prefixLength = 4
    /// Longest payload, bytes. Text on the pipe reads as a length far above it, so garbage is noticed at once.
    package static let limit = 256 << 20

    /// `payload` with its length in front.
    /// - Throws: `tooLong` for a payload above the limit.
    package static func frame(_ payload: [UInt8], to peer: String) throws(WorkProtocolError) -> [UInt8] {
        guard payload.count <= limit else {
            throw tooLong(payload.count, operation: "send a message", peer: peer)
        }
        var framed: [UInt8] = []
        framed.reserveCapacity(prefixLength + payload.count)
        for shift in stride(from: 0, to: 32, by: 8) { framed.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        return framed + payload
    }

    /// The length that a prefix of four bytes announces.
    /// - Throws: `tooLong` for one above the limit.
    static func length(_ prefix: some Sequence<UInt8>, from peer: String) throws(WorkProtocolError) -> Int {
        let length = prefix.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else { throw tooLong(length, operation: "read a message", peer: peer) }
        return length
    }

    private static func tooLong(_ length: Int, operation: String, peer: String) -> WorkProtocolError {
        WorkProtocolError(
            .tooLong, operation: operation, subject: peer,
            reason: "a message of \(length) bytes is above the limit of \(limit); is it a windhover process?")
    }
}

/// Collects bytes as they arrive and hands out whole payloads; does no I/O.
package struct MessageBuffer: Sendable {
    private let peer: String
    private var bytes: [UInt8] = []
    /// Where the next prefix starts in `bytes`; the part before is dropped now and then.
    private var start = 0

    /// - Parameter peer: the other side's name for error messages.
    package init(peer: String) { self.peer = peer }

    /// No part of a message is waiting for its rest.
    package var isEmpty: Bool { start == bytes.count }

    package mutating func append(_ chunk: some Sequence<UInt8>) {
        if start > 0, start == bytes.count || start > 1 << 20 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: chunk)
    }

    /// The next whole payload, or nil until more bytes arrive.
    /// - Throws: `tooLong` where the bytes are no message.
    package mutating func next() throws(WorkProtocolError) -> [UInt8]? {
        let body = start + MessageFraming.prefixLength
        guard bytes.count >= body else { return nil }
        let length = try MessageFraming.length(bytes[start..<body], from: peer)
        guard bytes.count >= body + length else { return nil }
        start = body + length
        return Array(bytes[body..<start])
    }
}
