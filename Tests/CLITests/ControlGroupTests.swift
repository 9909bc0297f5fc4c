import Foundation
import Testing

@testable import CLI

@Suite struct ControlGroupTests {
    /// Asks in a folder like the mount of control groups, with `files` in it, and with a file that names the process's groups.
    private func ask<Answer>(
        _ files: [String: String], membership: String, _ question: (_ membership: String, _ mount: String) -> Answer
    ) throws -> Answer {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        let mount = root.appendingPathComponent("mount")
        try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
        for (path, text) in files {
            let file = mount.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let file = root.appendingPathComponent("cgroup")
        try Data(membership.utf8).write(to: file)
        return question(file.path, mount.path)
    }

    private func quota(_ limits: [String: String], membership: String) throws -> Double? {
        let files = Dictionary(
            uniqueKeysWithValues: limits.map { ($0.key.isEmpty ? "cpu.max" : $0.key + "/cpu.max", $0.value) })
        return try ask(files, membership: membership) { ControlGroup.quota(membership: $0, mount: $1) }
    }

    private func memory(_ files: [String: String], membership: String) throws -> Int? {
        try ask(files, membership: membership) { ControlGroup.memory(membership: $0, mount: $1) }
    }

    @Test func theTightestGroupCounts() throws {
        let limits = ["": "max 100000\n", "a": "150000 100000\n", "a/b": "800000 200000\n", "c": "10000 100000\n"]
        #expect(try quota(limits, membership: "0::/a/b\n") == 1.5)
        #expect(try quota(limits, membership: "4:memory:/x\n0::/a\n") == 1.5)
        #expect(try quota(limits, membership: "0::/\n") == nil)
    }

    @Test func aContainerSeesItsOwnGroupOnly() throws {
        #expect(try quota(["": "200000 100000\n"], membership: "0::/system.slice/host-path\n") == 2)
        #expect(try quota(["": "200000 100000\n"], membership: "0::/../host-path\n") == 2)
    }

    @Test func noLimitWhereThereIsNoneOrItCannotBeRead() throws {
        #expect(try quota([:], membership: "0::/a\n") == nil)
        #expect(try quota(["a": "max 100000\n"], membership: "0::/a\n") == nil)
        #expect(try quota(["a": "nonsense"], membership: "0::/a\n") == nil)
        #expect(try quota(["a": "100000 0\n"], membership: "0::/a\n") == nil)
        #expect(try quota(["a": "100000 100000\n"], membership: "1:cpu:/a\n") == nil)
        #expect(ControlGroup.quota(membership: "/nowhere/cgroup", mount: "/nowhere") == nil)
    }

    @Test func memoryOfBothVersions() throws {
        let new = [
            "memory.max": "max\n", "a/memory.max": "4000\n", "a/memory.high": "3000\n", "a/b/memory.max": "max\n",
        ]
        #expect(try memory(new, membership: "0::/a/b\n") == 3000)
        let old = ["memory/memory.limit_in_bytes": "9000\n", "memory/x/memory.limit_in_bytes": "5000\n"]
        #expect(try memory(old, membership: "9:cpu,cpuacct:/\n4:memory:/x\n0::/\n") == 5000)
        #expect(try memory(old, membership: "4:memory:/host/path\n") == 9000)
        #expect(try memory(new, membership: "4:memory:/x\n") == nil)
        #expect(ControlGroup.memory(membership: "/nowhere/cgroup", mount: "/nowhere") == nil)
    }
}
