import Foundation

/// Material that is not part of the project: models and photos beside the checkout, and a Python with ONNX Runtime.
enum TestMaterial {
    static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The shared material, where `WINDHOVER_SHARED` points or beside the checkout; nil where it is absent.
    static let shared: URL? = {
        let named = ProcessInfo.processInfo.environment["WINDHOVER_SHARED"].map { URL(fileURLWithPath: $0) }
        let folder = named ?? packageRoot.deletingLastPathComponent().appendingPathComponent("shared")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("models").path) ? folder : nil
    }()

    /// A Python that can import onnxruntime: `WINDHOVER_PYTHON`, or the environment that scripts/test makes.
    static let python: String? = {
        let candidates: [String?] = [
            ProcessInfo.processInfo.environment["WINDHOVER_PYTHON"],
            packageRoot.appendingPathComponent(".venv/bin/python").path,
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Whether models can be compared with ONNX Runtime here; says so on standard error where not.
    static let canCompareModels: Bool = {
        if shared != nil && python != nil { return true }
        let missing =
            shared == nil ? "the shared material (WINDHOVER_SHARED)" : "a Python with onnxruntime (WINDHOVER_PYTHON)"
        FileHandle.standardError.write(
            Data("SKIPPED: model comparison with ONNX Runtime, for lack of \(missing)\n".utf8))
        return false
    }()
}
