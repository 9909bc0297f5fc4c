#if DEBUG
    import Foundation

    /// Frames that crash the worker, in builds for tests only: no file or model is known that does it.
    enum PoisonFrame {
        /// Out of WINDHOVER_TEST_POISON: presentation times, separated by commas.
        private static let times: Set<Int64> = {
            let text = ProcessInfo.processInfo.environment["WINDHOVER_TEST_POISON"] ?? ""
            return Set(text.split(separator: ",").compactMap { Int64($0) })
        }()

        /// Ends the process as a bad pointer would, where the frame at `pts` is such a one.
        static func strike(_ pts: Int64) {
            if times.contains(pts) { raise(SIGSEGV) }
        }
    }
#endif
