import Media

extension FrameSelection {
    /// The selection that the arguments describe.
    init(_ arguments: FrameArguments) throws(CommandError) {
        self.init(keyframesOnly: arguments.keyframesOnly)
        if let every = arguments.every { interval = try Self.interval(every) }
        if let text = arguments.from { from = try Self.seconds(text, "--from") }
        if let text = arguments.to { to = try Self.seconds(text, "--to") }
        if let from, let to, from >= to {
            throw .usage("--from \(from) s is not before --to \(to) s; nothing would be looked at")
        }
    }

    private static func interval(_ text: String) throws(CommandError) -> Interval {
        if let count = Int(text), count >= 1 { return .frames(count) }
        // Longest first: both end in s.
        for (unit, seconds) in [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)] where text.hasSuffix(unit) {
            guard let number = number(text.dropLast(unit.count)), number > 0 else { break }
            return .seconds(number * seconds)
        }
        throw .usage("--every \(text) is no interval; give a number of frames (5) or a time (500ms, 0.5s, 2m)")
    }

    /// `[[hours:]minutes:]seconds`, with a fraction or without.
    private static func seconds(_ text: String, _ option: String) throws(CommandError) -> Double {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(number)
        let isTime =
            numbers.count == parts.count && parts.count <= 3 && numbers.dropFirst().allSatisfy { $0 < 60 }
            && numbers.dropLast().allSatisfy { $0 == $0.rounded() }
        guard isTime else {
            throw .usage("\(option) \(text) is no time; give seconds (90.5), 1:30 or 1:02:03")
        }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }

    /// A number that is not negative, written in digits.
    private static func number(_ text: Substring) -> Double? {
        guard text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
        return Double(text)
    }
}
