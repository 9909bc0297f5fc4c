import Foundation
import Logging

/// How log lines look.
enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}

/// Writes log lines to standard error, above the status line.
struct ConsoleLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    let format: LogFormat

    init(level: Logger.Level, format: LogFormat) {
        logLevel = level
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        switch format {
        case .text: Console.standardError.write(line: Self.text(event.level, "\(event.message)", fields))
        case .json: Console.standardError.write(line: Self.json(event.level, "\(event.message)", fields, at: Date()))
        }
    }

    /// A line for people: the level only where it matters, fields at the end.
    static func text(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> String {
        let prefix =
            switch level {
            case .critical, .error: "windhover: "
            case .warning: "windhover: warning: "
            case .notice, .info: ""
            case .debug, .trace: "\(level): "
            }
        let suffix = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return prefix + VisibleText.line(message + suffix)
    }

    /// One JSON object: time (RFC 3339, UTC), level, message, then the fields.
    static func json(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata, at time: Date) -> String {
        let line = LogLine(
            time: Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(time), level: "\(level)",
            message: message,
            fields: fields.isEmpty ? nil : fields.mapValues { "\($0)" })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try? encoder.encode(line)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

private struct LogLine: Encodable {
    let time: String
    let level: String
    let message: String
    let fields: [String: String]?
}
