import Foundation
import Synchronization

/// An HTTP server on this machine that answers each request with the next of its answers.
final class LocalServer: Sendable {
    /// What to send, head included, given the first byte asked for (0 without a Range header).
    typealias Answer = @Sendable (_ offset: Int) -> Data

    let port: UInt16
    private let socket: Int32
    private let offsets = Mutex<[Int]>([])

    /// First bytes asked for, one for each request so far.
    var requestedOffsets: [Int] { offsets.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/net.onnx" }

    init(_ answers: [Answer]) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(socket, generic, length) == 0 && listen(socket, 8) == 0)
                precondition(getsockname(socket, generic, &length) == 0)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            for answer in answers { serve(answer) }
        }
    }

    deinit { close(socket) }

    private func serve(_ answer: Answer) {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(connection, &buffer, buffer.count, 0)
        let request = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        let range = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("range:") }
        let offset = range.flatMap { Int($0.drop { !$0.isNumber }.prefix { $0.isNumber }) } ?? 0
        offsets.withLock { $0.append(offset) }
        let data = [UInt8](answer(offset))
        var sent = 0
        while sent < data.count {
            let count = send(connection, Array(data[sent...]), data.count - sent, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            sent += count
        }
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
