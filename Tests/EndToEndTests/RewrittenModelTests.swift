import Foundation
import TestSupport
import Testing

/// Small networks in the forms in which exporters and operator sets have them, each against what ONNX Runtime makes of the original.
@Suite("Rewritten models", .enabled(if: RewrittenMaterial.python != nil))
struct RewrittenModelTests {
    @Test("every form computes the same")
    func forms() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("forms-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/rewritten_models.py")
        let status = try PhotoMaterial.run(
            try #require(RewrittenMaterial.python), [script.path, folder.path, "--compare", Workplace.program.path])
        #expect(status == 0, "the lines above that say FAILS tell which")
    }
}

private enum RewrittenMaterial {
    static let python = OraclePython.path(for: "rewritten models")
}
