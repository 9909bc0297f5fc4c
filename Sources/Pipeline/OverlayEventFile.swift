import Foundation
import Media

/// Reads the events of an overlay from a file, one at a time. Each begins with a line of its start, its end and how many lines it has; these follow.
final class OverlayEventFile {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    /// Where the next line starts in `buffer`.
    private var position = 0

    private static let chunk = 1 << 16
    private static let newline = UInt8(ascii: "\n")

    init(path: String) throws {
        self.path = path
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    }

    deinit { try? handle.close() }

    /// The next event; nil at the end.
    func next() throws -> OverlayEvent? {
        guard let head = try nextLine() else { return nil }
        let numbers = head.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 3, numbers[2] >= 0 else { throw damage }
        let lines = try (0..<numbers[2]).map { _ in
            guard let line = try nextLine() else { throw damage }
            return line
        }
        return OverlayEvent(start: numbers[0], end: numbers[1], lines: lines)
    }

    private func nextLine() throws -> String? {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: Self.newline) {
                defer { position = end + 1 }
                return String(decoding: buffer[position..<end], as: UTF8.self)
            }
            searched = buffer.count - position
            buffer.removeFirst(position)
            position = 0
            guard let more = try handle.read(upToCount: Self.chunk), !more.isEmpty else { return nil }
            buffer += more
        }
    }

    private var damage: PipelineError {
        PipelineError(.output, operation: "read the overlay's events", subject: path, reason: "the file is damaged")
    }

    /// An event as the file has it; its lines hold no line breaks, as ASS events do not.
    static func text(_ event: OverlayEvent) -> String {
        ("\(event.start) \(event.end) \(event.lines.count)\n" + event.lines.joined(separator: "\n"))
            + (event.lines.isEmpty ? "" : "\n")
    }
}
