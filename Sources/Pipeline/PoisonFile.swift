#if DEBUG
    import Foundation

    /// Files that crash or hang helpers, in builds for tests only: none is known that does it.
    enum PoisonFile {
        /// Ends the process or stands still where the task is one of WINDHOVER_TEST_POISON_FILE: what is done, how it ends and the end of a file's
        /// name, such as `plan:crash:b.mp4`, separated by commas.
        static func strike(_ task: HelperTask) {
            let list = ProcessInfo.processInfo.environment["WINDHOVER_TEST_POISON_FILE"] ?? ""
            for entry in list.split(separator: ",") {
                let parts = entry.split(separator: ":").map(String.init)
                guard parts.count == 3, parts[0] == task.kind, task.subject.hasSuffix(parts[2]) else { continue }
                if parts[1] == "crash" { raise(SIGSEGV) }
                Thread.sleep(forTimeInterval: 3600)
            }
        }
    }

    extension HelperTask {
        fileprivate var kind: String {
            switch self {
            case .plan: "plan"
            case .expect: "expect"
            case .join: "join"
            case .overlay: "overlay"
            }
        }
    }
#endif
