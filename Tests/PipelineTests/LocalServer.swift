import Foundation
import Synchronization
import TestSupport

/// An HTTP server on this machine that answers each request with the next of its answers.
final class LocalServer: Sendable {
    /// What to send, head included, given the first byte asked for (0 without a Range header).
    typealias Answer = @Sendable (_ offset: Int) -> Data

    private let socket = ListeningSocket()
    private let offsets = Mutex<[Int]>([])

    /// First bytes asked for, one for each request so far.
    var requestedOffsets: [Int] { offsets.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(socket.port)/net.onnx" }

    init(_ answers: [Answer]) {
        Thread.detachNewThread { [self] in
            for answer in answers { serve(answer) }
        }
    }

    deinit { socket.close() }

    private func serve(_ answer: Answer) {
        guard let connection = socket.accept() else { return }
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(connection, &buffer, buffer.count, 0)
        let request = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        let range = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("range:") }
        let offset = range.flatMap { Int($0.drop { !$0.isNumber }.prefix { $0.isNumber }) } ?? 0
        offsets.withLock { $0.append(offset) }
        _ = ListeningSocket.send(answer(offset), to: connection)
    }
}

/// Heads and bodies of answers.
enum Answers {
    static func whole(_ body: Data) -> Data {
        Data("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8) + body
    }

    /// The rest of `body` from `offset` on, or the whole where nothing in particular was asked for.
    static func ranged(_ body: Data, from offset: Int) -> Data {
        guard offset > 0 else { return whole(body) }
        let rest = body.dropFirst(offset)
        let range = "Content-Range: bytes \(offset)-\(body.count - 1)/\(body.count)"
        return Data(
            "HTTP/1.1 206 Partial Content\r\n\(range)\r\nContent-Length: \(rest.count)\r\nConnection: close\r\n\r\n"
                .utf8)
            + rest
    }

    static func status(_ code: Int) -> Data {
        Data("HTTP/1.1 \(code) No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    }
}
