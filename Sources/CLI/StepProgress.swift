/// Says on standard error how far some work is: in place on a terminal, else as a line now and then.
final class StepProgress {
    private let console = Console.standardError
    private var last = ContinuousClock.now

    /// Between two lines where nothing can be redrawn.
    private static let lineInterval = Duration.seconds(10)

    func show(_ text: String) {
        if let columns = console.columns { return console.show(status: text.prefix(columns: columns - 1)) }
        guard ContinuousClock.now - last >= Self.lineInterval else { return }
        last = .now
        console.write(line: text)
    }

    /// Removes the status line.
    func end() { console.showOnTerminal(status: "") }
}
