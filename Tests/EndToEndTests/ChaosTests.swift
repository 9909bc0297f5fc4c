import Foundation
import TestSupport
import Testing

/// Runs that are killed at random moments, in short; `docs/reliability.md` has the long version.
@Suite("Killed at random moments", .enabled(if: ChaosMaterial.python != nil), .serialized)
struct ChaosTests {
    @Test("ten runs end as if nobody had disturbed them")
    func tenRuns() throws {
        let place = try Workplace()
        try place.makeModel()
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/chaos.py").path
        let python = URL(fileURLWithPath: try #require(ChaosMaterial.python))
        let arguments = [
            "--windhover", Workplace.program.path, "--model", "blobs.onnx", "--runs", "10", "--batch-frames", "8",
        ]
        let outcome = try RunningProgram(python, [script] + arguments, in: place.folder).finish()
        #expect(outcome.status == 0, "\(outcome.errors)\n\(outcome.output)")
        #expect(outcome.output.contains("10 runs over"))
    }
}

private enum ChaosMaterial {
    static let python = OraclePython.path(for: "killed at random moments")
}
