import Foundation
import TestSupport
import Testing

/// Output folders that are full, cannot be written to or vanish, on small file systems in memory. Needs root.
@Suite("Disk trouble", .enabled(if: SmallDisk.isAvailable), .serialized)
struct DiskTroubleTests {
    let place: Workplace
    private static let command = ["detect", "a.mp4", "--model", "blobs.onnx", "--batch-frames", "12", "--quiet", "-o"]

    init() throws {
        place = try Workplace()
        try place.makeModel()
        // Noise: the drawn video takes much more than all else.
        let sources = [
            "-f", "lavfi", "-i", "testsrc2=s=192x144:r=10,noise=alls=40:allf=t", "-f", "lavfi", "-i", "sine",
        ]
        let codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        try place.tool("ffmpeg", ["-v", "error"] + sources + ["-t", "6"] + codecs + ["a.mp4"])
    }

    /// From a disk on which nothing fits, over one that takes the journal, to one that only the joined file is too large for.
    @Test(arguments: [40, 120, 200, 600, 1200, 2400])
    func aFullDiskIsNamedAndTheRunGoesOnLater(kibibytes: Int) throws {
        let disk = try SmallDisk(at: place.folder.appendingPathComponent("disk"), kibibytes: kibibytes)
        defer { disk.unmount() }
        let command = Self.command + ["disk/out", "--crf", "1"]
        let outcome = try place.run(command)
        #expect([0, 3, 4].contains(outcome.status), "\(outcome)")
        if outcome.status != 0 { try expectClearEnd(outcome) }
        #expect(kibibytes > 200 || outcome.status != 0, "the disk is not too small")
        try disk.resize(kibibytes: 64 << 10)
        let mended = try place.run(command)
        #expect(mended.status == 0, "\(mended)")
        try expectSameAsOnARoomyDisk()
    }

    private func expectClearEnd(_ outcome: Workplace.Outcome) throws {
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        let words = ["No space left on device", "the disk is full", "the free space", "failed or is full"]
        #expect(words.contains { outcome.errors.contains($0) }, "\(outcome.errors)")
        let results = try place.files(below: "disk/out").filter { !$0.hasPrefix(".windhover") }
        #expect(!results.contains { $0.hasSuffix(".partial") }, "\(results)")
        // What has its name is whole.
        if results.contains("a.mp4/detections.jsonl") {
            #expect(try place.frames("disk/out/a.mp4/detections.jsonl").count == 60)
        }
        #expect(!results.contains("a.mp4/annotated.mp4"))
    }

    private func expectSameAsOnARoomyDisk() throws {
        #expect(try place.run(Self.command + ["whole", "--crf", "1"]).status == 0)
        for file in ["detections.jsonl", "summary.json"] {
            #expect(try place.read("disk/out/a.mp4/\(file)") == place.read("whole/a.mp4/\(file)"))
        }
        let hash = { (path: String) in
            try place.tool("ffmpeg", ["-v", "error", "-i", path, "-map", "0", "-f", "framemd5", "-"])
        }
        #expect(try hash("disk/out/a.mp4/annotated.mp4") == hash("whole/a.mp4/annotated.mp4"))
        #expect(try place.files(below: "disk/out").sorted() == place.files(below: "whole").sorted())
    }

    @Test func aDiskThatCannotBeWrittenToIsNamed() throws {
        let disk = try SmallDisk(at: place.folder.appendingPathComponent("disk"), kibibytes: 64 << 10)
        defer { disk.unmount() }
        let outputs = ["disk/out", "disk/other"]
        #expect(try place.run(Self.command + [outputs[0]]).status == 0)
        try disk.makeReadOnly()
        for output in outputs {
            let outcome = try place.run(Self.command + [output])
            #expect(outcome.status == 4 && outcome.errorLines.count == 1, "\(outcome)")
            #expect(outcome.errors.contains("disk/"))
        }
        #expect(try place.frames("disk/out/a.mp4/detections.jsonl").count == 60)
    }
}

/// A file system in memory, mounted in a folder of its own.
private struct SmallDisk {
    let folder: URL

    /// Whether this process may mount file systems.
    static let isAvailable: Bool = {
        guard let place = try? Workplace() else { return false }
        let disk = try? SmallDisk(at: place.folder.appendingPathComponent("disk"), kibibytes: 64)
        if disk == nil { Skip.announce("disk trouble", lack: "the right to mount a tmpfs; run as root") }
        disk?.unmount()
        return disk != nil
    }()

    init(at folder: URL, kibibytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder.path])
    }

    func resize(kibibytes: Int) throws {
        try Self.run("mount", ["-o", "remount,size=\(kibibytes)k", folder.path])
    }

    func makeReadOnly() throws { try Self.run("mount", ["-o", "remount,ro", folder.path]) }

    func unmount() { try? Self.run("umount", [folder.path]) }

    private struct Failure: Error {}

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }
}

extension Workplace {
    /// Files at any depth below a folder, relative to it.
    func files(below path: String) throws -> [String] {
        let root = folder.appendingPathComponent(path)
        guard let all = FileManager.default.enumerator(atPath: root.path) else { return [] }
        return all.compactMap { $0 as? String }.filter { name in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: root.appendingPathComponent(name).path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }
    }
}
