import Foundation
import TestSupport
import Testing

/// A slice of the fuzzing of `docs/media-fuzzing.md`: the cases that once failed, and new ones.
@Suite struct FuzzTests {
    private static let cases = 300

    @Test(.timeLimit(.minutes(5))) func damagedFilesEndInResultsOrErrors() throws {
        let folder = try TemporaryFolder()
        let oracles = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles")
        let program = try #require(Bundle.main.executableURL ?? URL(string: CommandLine.arguments[0]))
            .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("MediaFuzz")
        let report = try FFmpegProgram.run(
            "python3",
            [
                oracles.appendingPathComponent("fuzz_media.py").path, program.path, folder.url.path, "--known",
                oracles.appendingPathComponent("fuzz_media_known.txt").path, "--count", "\(Self.cases)",
            ], mayFail: true)
        let lines = String(decoding: report, as: UTF8.self).split(separator: "\n")
        let last = try #require(lines.last, "the script says nothing")
        #expect(last.hasPrefix("seeds 1 to \(Self.cases) ") && last.contains("'findings': 0"), "\(lines)")
    }
}
