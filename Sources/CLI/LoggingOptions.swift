import ArgumentParser
import Logging

extension LogFormat: ExpressibleByArgument {}

/// The levels that can be asked for.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

/// Options about what is said on standard error.
struct LoggingOptions: ParsableArguments {
    @Flag(name: [.short, .long], help: "Say nothing but errors: no progress, no summary.")
    var quiet = false

    @Option(help: ArgumentHelp("How much to log.", valueName: "level"))
    var logLevel: LogLevel?

    @Option(help: ArgumentHelp("How log lines look; json also turns progress into log lines.", valueName: "format"))
    var logFormat = LogFormat.text

    func logger() -> Logger {
        let level = logLevel?.level ?? (quiet ? .error : .info)
        let format = logFormat
        return Logger(label: "windhover") { _ in ConsoleLogHandler(level: level, format: format) }
    }
}
