package import Foundation
import Synchronization

/// A web server on this machine: files by path, each with its own manners, good or bad. Each connection has a thread and one request.
package final class WebServer: Sendable {
    /// How a file is served.
    package struct File: Sendable {
        package var body: Data
        package var headers: [String] = []
        /// Whether parts are given where they are asked for.
        package var hasRanges = true
        /// Bytes of the file that are never sent on: the connection breaks there.
        package var cut: Int?
        /// After so many bytes of the file nothing more comes, and the connection stays.
        package var stall: Int?
        /// Name and password as they are sent, in Base64; without them the file is refused.
        package var credentials: String?
        /// A status instead of the file, with `headers`.
        package var status: Int?

        package init(_ body: Data, headers: [String] = []) {
            self.body = body
            self.headers = headers
        }

        /// An answer without a file.
        package init(status: Int, headers: [String] = []) {
            self.init(Data(), headers: headers)
            self.status = status
        }
    }

    package struct Request: Sendable {
        /// With the query.
        package var target: String
        /// As sent, without the line with the target.
        package var headers: [String]
    }

    /// What the threads share; they outlive the server by a little.
    private final class Store: Sendable {
        let files = Mutex<[String: File]>([:])
        let requests = Mutex<[Request]>([])
    }

    private let socket = ListeningSocket()
    private let store = Store()

    package var requests: [Request] { store.requests.withLock { $0 } }
    /// Where it can be reached.
    package var host: String { "127.0.0.1:\(socket.port)" }

    package init() {
        Thread.detachNewThread { [store, socket] in
            while let connection = socket.accept() {
                Thread.detachNewThread {
                    Self.serve(connection, store)
                    close(connection)
                }
            }
        }
    }

    deinit { socket.close() }

    /// Puts a file, or an answer, at a path such as `/a.mp4`.
    package func put(_ file: File, at path: String) { store.files.withLock { $0[path] = file } }

    private static func serve(_ connection: Int32, _ store: Store) {
        guard let request = receive(connection) else { return }
        let path = String(request.target.prefix { $0 != "?" })
        store.requests.withLock { $0.append(request) }
        var file = store.files.withLock { $0[path] } ?? File(status: 404)
        if let credentials = file.credentials, !request.headers.contains("Authorization: Basic \(credentials)") {
            file = File(status: 401, headers: ["WWW-Authenticate: Basic realm=\"clips\""])
        }
        let first = file.hasRanges ? firstByte(request) : nil
        guard ListeningSocket.send(head(file, from: first), to: connection), file.status == nil else { return }
        let start = min(first ?? 0, file.body.count)
        let end = min(file.cut ?? .max, file.stall ?? .max, file.body.count)
        guard start < end, ListeningSocket.send(file.body[start..<end], to: connection) else {
            return linger(file, connection)
        }
        linger(file, connection)
    }

    /// Says nothing more until the other side goes.
    private static func linger(_ file: File, _ connection: Int32) {
        guard file.stall != nil else { return }
        var byte: UInt8 = 0
        _ = recv(connection, &byte, 1, 0)
    }

    private static func receive(_ connection: Int32) -> Request? {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 16384)
        while !text.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        let lines = text.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        return words.count > 1 ? Request(target: String(words[1]), headers: Array(lines.dropFirst())) : nil
    }

    private static func firstByte(_ request: Request) -> Int? {
        let range = request.headers.first { $0.lowercased().hasPrefix("range:") }
        return range.flatMap { Int($0.drop { !$0.isNumber }.prefix { $0.isNumber }) }
    }

    private static func head(_ file: File, from first: Int?) -> Data {
        let size = file.body.count
        var lines =
            ["HTTP/1.1 \(file.status ?? (first == nil ? 200 : 206)) Answer", "Connection: close"] + file.headers
        if let first, file.status == nil {
            lines += ["Content-Range: bytes \(first)-\(max(first, size - 1))/\(size)", "Accept-Ranges: bytes"]
        }
        lines.append("Content-Length: \(size - min(first ?? 0, size))")
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
