import Foundation
import TestSupport
import Testing

/// An object compiled for AVX-512 must not offer functions that the linker could pick for code that runs everywhere.
@Suite("Symbols of instruction-set objects")
struct KernelSymbolTests {
    private static let nm = ["/usr/bin/nm", "/opt/swift/usr/bin/llvm-nm"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The release build's objects: what is shipped. (A debug build is not optimised as a whole module and does emit shared
    /// helpers.)
    private static let build = SharedMaterial.packageRoot.appendingPathComponent(".build/release")

    private static let canCheck: Bool = {
        let exists = FileManager.default.fileExists(atPath: build.appendingPathComponent("KernelsAVX512.build").path)
        if nm == nil || !exists {
            Skip.announce("symbols of instruction-set objects", lack: "nm or a release build")
        }
        return nm != nil && exists
    }()

    private static func objects(of target: String) throws -> [String] {
        let folder = build.appendingPathComponent("\(target).build")
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".o") }
            .map { folder.appendingPathComponent($0).path }
    }

    /// Weak function symbols (nm type W) that objects define.
    private static func weakFunctions(_ objects: [String]) throws -> Set<String> {
        guard let nm, !objects.isEmpty else { return [] }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: nm)
        process.arguments = ["--defined-only", "--no-sort"] + objects
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        return Set(lines.filter { $0.count == 3 && $0[1] == "W" }.map { String($0[2]) })
    }

    @Test("no weak function is shared with another target", .enabled(if: canCheck))
    func weakFunctions() throws {
        let sets = ["KernelsAVX512BF16", "KernelsAVX512", "KernelsAVX2"]
        let others = [
            "KernelsBaseline", "Kernels", "Engine", "GraphIR", "Tensors", "ONNXImport", "Media", "ObjectDetection",
            "Imaging", "Tracking", "Annotation", "Worker", "Pipeline", "CLI",
        ]
        let elsewhere = try others.reduce(into: Set<String>()) {
            $0.formUnion(try Self.weakFunctions(Self.objects(of: $1)))
        }
        var seen = elsewhere
        for target in sets {
            let objects = try Self.objects(of: target)
            try #require(!objects.isEmpty, "no objects of \(target)")
            let own = try Self.weakFunctions(objects)
            let shared = own.intersection(seen)
            #expect(shared.isEmpty, "\(target) shares \(shared.sorted())")
            seen.formUnion(own)
        }
    }
}
