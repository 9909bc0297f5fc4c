import Foundation

/// The control groups of this process, cgroups(7): what a container or a service manager grants it. Of all groups above the process the
/// tightest limit counts.
///
/// `membership` names the file that names the process's groups, `mount` the folder where the groups' files are.
enum ControlGroup {
    static let membership = "/proc/self/cgroup"
    static let mount = "/sys/fs/cgroup"

    /// Processors' worth of time that the process and its siblings may use (version 2); nil without a limit.
    static func quota(membership: String = membership, mount: String = mount) -> Double? {
        let groups = folders(at: mount, of: group(of: nil, in: membership))
        return groups.compactMap { text($0, "cpu.max").flatMap(quota) }.min()
    }

    /// Bytes of memory that they may take (version 2, and version 1 as containers on older systems have it); nil without a limit.
    static func memory(membership: String = membership, mount: String = mount) -> Int? {
        let groups = folders(at: mount, of: group(of: nil, in: membership))
        let older = folders(at: mount + "/memory", of: group(of: "memory", in: membership))
        let limits = groups.flatMap { [text($0, "memory.max"), text($0, "memory.high")] }
        return (limits + older.map { text($0, "memory.limit_in_bytes") }).compactMap { $0.flatMap(bytes) }.min()
    }

    /// The group's path, from the line of version 2, `0::/path`, or of a controller of version 1, `4:memory:/path`.
    private static func group(of controller: String?, in membership: String) -> String? {
        let text = try? String(contentsOfFile: membership, encoding: .utf8)
        let lines = text?.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        let line = lines?.first { line in
            guard line.count == 3 else { return false }
            return controller.map { line[1].split(separator: ",").contains(Substring($0)) }
                ?? (line[0] == "0" && line[1].isEmpty)
        }
        return line.map { String($0[2]) }
    }

    /// The folders of `group` and of those above it. In a container the path may be the host's; then only those count that are visible
    /// here, the mount's own at least.
    private static func folders(at mount: String, of group: String?) -> [String] {
        guard let group else { return [] }
        let names = group.split(separator: "/").filter { $0 != ".." }
        return (0...names.count).map { ([mount] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }

    private static func text(_ folder: String, _ file: String) -> String? {
        try? String(contentsOfFile: folder + "/" + file, encoding: .utf8)
    }

    /// Of `cpu.max`: microseconds of processor time in each period of so many, `200000 100000`, or `max 100000`.
    private static func quota(in limit: String) -> Double? {
        let numbers = limit.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let time = numbers[0], let period = numbers[1], time > 0, period > 0 else {
            return nil
        }
        return time / period
    }

    /// Of a memory limit: bytes, or `max`. 0 stands for none on some systems.
    private static func bytes(in limit: String) -> Int? {
        Int(limit.filter { !$0.isWhitespace }).flatMap { $0 > 0 ? $0 : nil }
    }
}
