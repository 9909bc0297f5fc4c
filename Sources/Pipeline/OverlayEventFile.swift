import Foundation
import Media

/// Reads the events of an overlay from a file, one at a time: an `OverlayEvent` as JSON in each line.
final class OverlayEventFile {
    private let handle: FileHandle
    private var buffer = Data()

    private static let chunk = 1 << 16

    init(path: String) throws { handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) }

    deinit { try? handle.close() }

    /// The next event; nil at the end.
    func next() throws -> OverlayEvent? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return try JSONDecoder().decode(OverlayEvent.self, from: buffer[..<end])
            }
            guard let more = try handle.read(upToCount: Self.chunk), !more.isEmpty else { return nil }
            buffer.append(more)
        }
    }

    /// A line of the file.
    static func line(_ event: OverlayEvent) throws -> String {
        String(decoding: try JSONEncoder().encode(event), as: UTF8.self) + "\n"
    }
}
