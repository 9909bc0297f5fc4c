import CFFmpeg
import Glibc
import Synchronization

/// What FFmpeg has to say, kept from standard error and given to whoever asked for one context's errors.
enum FFmpegLog {
    /// Lines kept: a damaged file may repeat itself without end, and the first ones tell the reason.
    private static let most = 16
    /// Messages of watched contexts, by address of the context.
    private static let watched = Mutex<[UInt: [String]]>([:])
    /// Messages of the threads that collect them, by thread.
    private static let collected = Mutex<[UInt: [String]]>([:])

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

    /// The errors that this thread meets while it does `work`, whatever they are about.
    static func collect(_ work: () -> Void) -> [String] {
        let thread = UInt(pthread_self())
        let before = collected.withLock { $0.updateValue([], forKey: thread) }
        work()
        return collected.withLock { messages in
            let lines = messages[thread] ?? []
            messages[thread] = before.map { Array(($0 + lines).prefix(most)) }
            return lines
        }
    }

    private static func receive(
        _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?,
        _ arguments: CVaListPointer?
    ) {
        guard level <= AV_LOG_ERROR, let context, let format, let arguments else { return }
        let thread = UInt(pthread_self())
        let isWatched = hasRoom(watched, UInt(bitPattern: context))
        let isCollected = hasRoom(collected, thread)
        guard isWatched || isCollected else { return }
        var line = [CChar](repeating: 0, count: 512)
        var hasPrefix: Int32 = 0
        av_log_format_line2(context, level, format, arguments, &line, Int32(line.count), &hasPrefix)
        let text = RemoteAddress.withoutSecrets(oneLine(string(line)))
        if isWatched { watched.withLock { $0[UInt(bitPattern: context)]?.append(text) } }
        if isCollected { collected.withLock { $0[thread]?.append(text) } }
    }

    private static func hasRoom(_ messages: borrowing Mutex<[UInt: [String]]>, _ key: UInt) -> Bool {
        messages.withLock { ($0[key]?.count ?? most) < most }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
