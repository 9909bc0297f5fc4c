package import Foundation

/// Models, photos, clips and sequences that are not part of the project: a folder `shared` beside the checkout, or where
/// `WINDHOVER_SHARED` points.
package enum SharedMaterial {
    /// The checkout.
    package static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let root: URL =
        ProcessInfo.processInfo.environment["WINDHOVER_SHARED"].map { URL(fileURLWithPath: $0) }
        ?? packageRoot.deletingLastPathComponent().appendingPathComponent("shared")

    /// The folder `name` of the material; nil, and a loud line that names the tests `purpose`, where it is absent.
    package static func folder(_ name: String, for purpose: String) -> URL? {
        let folder = root.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        Skip.announce(purpose, lack: "\(folder.path); set WINDHOVER_SHARED")
        return nil
    }
}

/// A Python with the packages of `Tests/Oracles/requirements.txt`.
package enum OraclePython {
    fileprivate static let path: String? = {
        let candidates: [String?] = [
            ProcessInfo.processInfo.environment["WINDHOVER_PYTHON"],
            SharedMaterial.packageRoot.appendingPathComponent(".venv/bin/python").path,
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// The interpreter; nil, and a loud line that names the tests `purpose`, where there is none.
    package static func path(for purpose: String) -> String? {
        if path == nil { Skip.announce(purpose, lack: "a Python with the oracles' packages; set WINDHOVER_PYTHON") }
        return path
    }
}

extension OraclePython {
    /// An interpreter that has PyTorch, which the list of requirements has not since it is large: `WINDHOVER_TORCH_PYTHON`, or the
    /// oracles' own where it was put in there. Nil, and a loud line that names the tests `purpose`, where there is none.
    package static func torchPath(for purpose: String) -> String? {
        let candidates = [ProcessInfo.processInfo.environment["WINDHOVER_TORCH_PYTHON"], path].compactMap { $0 }
        if let found = candidates.first(where: hasTorch) { return found }
        Skip.announce(purpose, lack: "a Python with PyTorch and PyYAML; set WINDHOVER_TORCH_PYTHON")
        return nil
    }

    private static func hasTorch(_ interpreter: String) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", "import torch, yaml, numpy"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

/// Says on standard error which tests do not run, and why.
package enum Skip {
    package static func announce(_ purpose: String, lack: String) {
        FileHandle.standardError.write(Data("SKIPPED: \(purpose), for lack of \(lack)\n".utf8))
    }
}
