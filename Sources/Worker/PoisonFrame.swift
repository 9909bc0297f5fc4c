#if DEBUG
    import Foundation

    /// Frames that are bad for a worker, in builds for tests only: no file or model is known that does it at a frame's choice.
    enum PoisonFrame {
        /// Out of WINDHOVER_TEST_POISON: presentation times, separated by commas.
        private static let crashing = Set(list("WINDHOVER_TEST_POISON").compactMap { Int64($0) })
        /// Out of WINDHOVER_TEST_GREEDY: presentation times and mebibytes, `1024:300`, separated by commas.
        private static let greedy = Dictionary(
            list("WINDHOVER_TEST_GREEDY").map { entry in
                let numbers = entry.split(separator: ":").compactMap { Int64($0) }
                return (numbers[0], Int(numbers[1]))
            }, uniquingKeysWith: max)

        private static func list(_ name: String) -> [Substring] {
            (ProcessInfo.processInfo.environment[name] ?? "").split(separator: ",")
        }

        /// Ends the process as a bad pointer would, or takes memory for a while, where the frame at `pts` is such a one.
        static func strike(_ pts: Int64) {
            if crashing.contains(pts) { raise(SIGSEGV) }
            if let mebibytes = greedy[pts] { feast(mebibytes) }
        }

        /// As fast as a decoder would that clears its pictures.
        private static func feast(_ mebibytes: Int) {
            let step = 32
            var pieces: [[UInt8]] = []
            while pieces.count * step < mebibytes {
                pieces.append([UInt8](repeating: 1, count: step << 20))
                Thread.sleep(forTimeInterval: 0.01)
            }
            Thread.sleep(forTimeInterval: 1)
            withExtendedLifetime(pieces) {}
        }
    }
#endif
