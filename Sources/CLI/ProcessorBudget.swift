import CPlatform
import Foundation

/// Processors that this process may use: those of its affinity mask (which a cpuset narrows, too), and no more than the time that
/// its control groups grant it.
enum ProcessorBudget {
    /// At least 1.
    static var cores: Int { cores(allowed: Int(wh_available_processors()), quota: ControlGroup.quota()) }

    /// A part of a processor counts as one: a worker that is slowed down at times does more than none.
    static func cores(allowed: Int, quota: Double?) -> Int {
        guard let quota, quota < Double(allowed) else { return max(1, allowed) }
        return max(1, Int(quota.rounded(.up)))
    }
}

/// The control groups (version 2) of this process.
enum ControlGroup {
    /// Processors' worth of time that the process and its siblings in a group may use, the least of all groups above; nil without
    /// a limit and where there are no such groups.
    ///
    /// - Parameters:
    ///   - membership: the file that names the process's group.
    ///   - mount: where the groups' files are.
    static func quota(membership: String = "/proc/self/cgroup", mount: String = "/sys/fs/cgroup") -> Double? {
        guard let text = try? String(contentsOfFile: membership, encoding: .utf8), let group = path(in: text) else {
            return nil
        }
        // In a container the path may be the host's; then only the groups that are visible here count, the mount's own at least.
        var names = group.split(separator: "/").filter { $0 != ".." }
        var quotas: [Double] = []
        while true {
            let file = ([mount] + names.map(String.init) + ["cpu.max"]).joined(separator: "/")
            if let limit = try? String(contentsOfFile: file, encoding: .utf8), let quota = quota(in: limit) {
                quotas.append(quota)
            }
            if names.popLast() == nil { return quotas.min() }
        }
    }

    /// The group's path, from the line of version 2: `0::/path`.
    private static func path(in membership: String) -> Substring? {
        membership.split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3)
    }

    /// Of `cpu.max`: microseconds of processor time in each period of so many, `200000 100000`, or `max 100000`.
    private static func quota(in limit: String) -> Double? {
        let numbers = limit.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let time = numbers[0], let period = numbers[1], time > 0, period > 0 else {
            return nil
        }
        return time / period
    }
}
