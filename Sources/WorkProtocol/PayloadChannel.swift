package import Foundation
import Synchronization

/// The lower end of two pipes: framed payloads from and to the coordinator. Calls block, so they belong on threads of their own.
package final class PayloadChannel: Sendable {
    private let peer = "coordinator"
    private let input: FileHandle
    /// Results and signs of life come from different threads; a message is written whole.
    private let output: Mutex<FileHandle>

    /// - Parameters:
    ///   - input: read by one thread only.
    ///   - output: nothing else may write to it.
    package init(input: FileHandle, output: FileHandle) {
        self.input = input
        self.output = Mutex(output)
    }

    /// Waits for the coordinator's next message; nil when it closed the pipe.
    package func receive() throws(WorkProtocolError) -> [UInt8]? {
        guard let prefix = try read(MessageFraming.prefixLength, atStart: true) else { return nil }
        let length = try MessageFraming.length(prefix, from: peer)
        return try read(length, atStart: false)
    }

    /// Sends a message whole.
    package func send(_ payload: [UInt8]) throws(WorkProtocolError) {
        let framed = try MessageFraming.frame(payload, to: peer)
        let failure = output.withLock { output -> (any Error)? in
            do {
                try output.write(contentsOf: Data(framed))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw pipeError("send a message", failure) }
    }

    private func read(_ count: Int, atStart: Bool) throws(WorkProtocolError) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let chunk: Data?
            do {
                chunk = try input.read(upToCount: count - bytes.count)
            } catch {
                throw pipeError("read a message", error)
            }
            guard let chunk, !chunk.isEmpty else {
                if bytes.isEmpty && atStart { return nil }
                throw WorkProtocolError(
                    .truncated, operation: "read a message", subject: peer, reason: "the pipe closed inside a message")
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    private func pipeError(_ operation: String, _ error: any Error) -> WorkProtocolError {
        WorkProtocolError(.pipe, operation: operation, subject: peer, reason: "\(error)")
    }
}
