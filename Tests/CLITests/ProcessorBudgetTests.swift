import Foundation
import Testing

@testable import CLI

@Suite struct ProcessorBudgetTests {
    /// A folder like the mount of control groups, with the files of `limits` in it, and a file that names the process's group.
    private func quota(_ limits: [String: String], membership: String) throws -> Double? {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        let mount = root.appendingPathComponent("mount")
        for (group, limit) in limits {
            let folder = mount.appendingPathComponent(group)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(limit.utf8).write(to: folder.appendingPathComponent("cpu.max"))
        }
        try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
        let file = root.appendingPathComponent("cgroup")
        try Data(membership.utf8).write(to: file)
        return ControlGroup.quota(membership: file.path, mount: mount.path)
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

    @Test func quotaAndMaskTogether() {
        #expect(ProcessorBudget.cores(allowed: 8, quota: nil) == 8)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 2) == 2)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 2.5) == 3)
        #expect(ProcessorBudget.cores(allowed: 2, quota: 64) == 2)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 0.2) == 1)
    }
}
