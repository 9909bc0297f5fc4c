import CFFmpeg
import Synchronization

/// What FFmpeg has to say, kept from standard error and given to whoever asked for one context's errors.
enum FFmpegLog {
    /// Messages of watched contexts, by address of the context.
    private static let watched = Mutex<[UInt: [String]]>([:])

    /// Takes over FFmpeg's log, once a process.
    static let isInstalled: Bool = {
        av_log_set_callback { context, level, format, arguments in
            FFmpegLog.receive(context, level, format, arguments)
        }
        return true
    }()

    /// Collects the errors of `context` from now on.
    static func watch(_ context: UnsafeMutableRawPointer) {
        watched.withLock { $0[UInt(bitPattern: context)] = [] }
    }

    static func unwatch(_ context: UnsafeMutableRawPointer) {
        watched.withLock { $0[UInt(bitPattern: context)] = nil }
    }

    /// The errors of `context` since the last call, one line each.
    static func take(_ context: UnsafeMutableRawPointer) -> [String] {
        watched.withLock { messages in
            guard let lines = messages[UInt(bitPattern: context)], !lines.isEmpty else { return [] }
            messages[UInt(bitPattern: context)] = []
            return lines
        }
    }

    private static func receive(
        _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?,
        _ arguments: CVaListPointer?
    ) {
        guard level <= AV_LOG_ERROR, let context, let format, let arguments else { return }
        watched.withLock { messages in
            // A damaged file may repeat itself without end; the first lines tell the reason.
            guard let count = messages[UInt(bitPattern: context)]?.count, count < 16 else { return }
            var line = [CChar](repeating: 0, count: 512)
            var hasPrefix: Int32 = 0
            av_log_format_line2(context, level, format, arguments, &line, Int32(line.count), &hasPrefix)
            messages[UInt(bitPattern: context)]?.append(oneLine(string(line)))
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
