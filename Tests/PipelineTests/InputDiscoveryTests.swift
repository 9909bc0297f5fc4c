import Foundation
import Testing

@testable import Pipeline

/// A fresh folder with empty files and links in it, removed at the end.
private final class Tree {
    let root: String

    init(_ files: [String], links: [String: String] = [:]) throws {
        root = NSTemporaryDirectory() + "windhover-tree-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for file in files {
            let path = "\(root)/\(file)"
            let folder = file.hasSuffix("/") ? path : (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if !file.hasSuffix("/") { try Data().write(to: URL(fileURLWithPath: path)) }
        }
        for (link, target) in links {
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func discover(_ arguments: String..., output: String = "out") throws -> InputDiscovery.Result {
        try InputDiscovery(output: "\(root)/\(output)").discover(arguments.map { $0.isEmpty ? root : "\(root)/\($0)" })
    }
}

@Suite struct InputDiscoveryTests {
    @Test func foldersAreScannedInByteOrderWithoutHiddenAndOtherFiles() throws {
        let tree = try Tree([
            "b.mp4", "a/z.MKV", "a/notes.txt", "B.webm", ".hidden.mp4", ".git/x.mp4", "a/deep/er/c.ts",
        ])
        let result = try tree.discover("")
        #expect(result.videos.map(\.relativePath) == ["B.webm", "a/deep/er/c.ts", "a/z.MKV", "b.mp4"])
        #expect(result.videos[1].path == "\(tree.root)/a/deep/er/c.ts")
        #expect(result.problems.isEmpty)
    }

    @Test func filesGoByTheirNameAndAnyExtensionIsTakenWhenNamed() throws {
        let tree = try Tree(["x/clip.mp4", "x/raw.bin"])
        let result = try tree.discover("x/raw.bin", "x/clip.mp4")
        #expect(result.videos.map(\.relativePath) == ["raw.bin", "clip.mp4"])
    }

    @Test func collisionsAreToldApartByAsFewParentsAsPossible() throws {
        let tree = try Tree(["mon/cam1/a.mp4", "tue/cam1/a.mp4", "tue/cam2/a.mp4", "tue/cam2/b.mp4"])
        let files = try tree.discover("mon/cam1/a.mp4", "tue/cam1/a.mp4", "tue/cam2/a.mp4", "tue/cam2/b.mp4")
        #expect(files.videos.map(\.relativePath) == ["mon/cam1/a.mp4", "tue/cam1/a.mp4", "cam2/a.mp4", "b.mp4"])
        let folders = try tree.discover("tue/cam1", "tue/cam2")
        #expect(folders.videos.map(\.relativePath) == ["cam1/a.mp4", "cam2/a.mp4", "b.mp4"])
    }

    @Test func noResultFolderLiesInsideAnother() throws {
        // The second folder holds a folder that is called like the first one's file.
        let tree = try Tree(["one/a.mp4", "two/a.mp4/b.mp4", "three/run.json"])
        let result = try tree.discover("one", "two", "three/run.json")
        #expect(result.videos.map(\.relativePath) == ["a.mp4", "a.mp4~2/b.mp4", "run.json~2"])
    }

    @Test func aFileNamedTwiceIsListedOnce() throws {
        let tree = try Tree(["a.mp4", "sub/b.mp4"], links: ["c.mp4": "a.mp4"])
        let result = try tree.discover("a.mp4", "./a.mp4", "sub/../a.mp4", "c.mp4", "", "sub")
        #expect(result.videos.map(\.relativePath) == ["a.mp4", "sub/b.mp4"])
        #expect(result.problems.isEmpty)
    }

    @Test func linksAreFollowedAndMayLeadInCircles() throws {
        let tree = try Tree(
            ["a/x.mp4", "elsewhere/y.mp4"], links: ["a/loop": "..", "a/self": "self", "a/other": "../elsewhere"])
        let result = try tree.discover("a")
        #expect(Set(result.videos.map(\.relativePath)).isSuperset(of: ["x.mp4"]))
        #expect(result.videos.count == 2)
    }

    @Test func runDirectoriesInsideAFolderAreNotScanned() throws {
        let tree = try Tree(["a.mp4", "out/a.mp4/annotated.mp4", "earlier/.windhover/", "earlier/a.mp4/annotated.mp4"])
        #expect(try tree.discover("").videos.map(\.relativePath) == ["a.mp4"])
    }

    @Test func inputsWithoutVideosAreNamedAndOthersGoOn() throws {
        let tree = try Tree(["empty/readme.txt", "a.mp4"], links: ["dead.mp4": "nowhere.mp4"])
        let result = try tree.discover("missing.mp4", "empty", "a.mp4", "no*.mkv", "dead.mp4")
        #expect(result.videos.map(\.relativePath) == ["a.mp4"])
        let lines = result.problems.map { $0.description.replacing("\(tree.root)/", with: "") }
        #expect(
            lines == [
                "missing.mp4: no such file or folder",
                "empty: no video files in this folder",
                "no*.mkv: no file matches this pattern",
                "dead.mp4: a link that leads to no file",
            ])
    }

    @Test func patternsAreExpandedButAnExistingNameWins() throws {
        let tree = try Tree(["a/1.mp4", "a/2.mp4", "b/1.mp4", "b/deep/3.mp4", "odd[1].mp4", "odd1.mp4"])
        #expect(try tree.discover("*/1.mp4").videos.map(\.relativePath) == ["a/1.mp4", "b/1.mp4"])
        #expect(try tree.discover("**/[2-3].mp4").videos.map(\.relativePath) == ["2.mp4", "3.mp4"])
        #expect(try tree.discover("odd[1].mp4").videos.map(\.relativePath) == ["odd[1].mp4"])
    }

    @Test func resultsNeverReplaceAVideo() throws {
        let tree = try Tree(["clips/a.mp4"])
        #expect(throws: PipelineError.self) { try tree.discover("clips", output: "clips") }
        #expect(throws: PipelineError.self) { try tree.discover("clips/a.mp4", output: "clips") }
        #expect(try tree.discover("clips", output: "clips/results").videos.count == 1)
    }

    @Test func listsAreSeparatedByNulOrLines() {
        #expect(
            InputDiscovery.arguments(inList: Array("a b.mp4\nc.mp4\r\n\nd.mp4".utf8)) == ["a b.mp4", "c.mp4", "d.mp4"])
        #expect(InputDiscovery.arguments(inList: Array("a\nb.mp4\0c.mp4\0".utf8)) == ["a\nb.mp4", "c.mp4"])
        #expect(InputDiscovery.arguments(inList: []).isEmpty)
    }
}

@Suite struct PathPatternTests {
    @Test(arguments: [
        ("*", "abc", true), ("*", ".abc", false), (".*", ".abc", true), ("a*c", "abbc", true), ("a*c", "abb", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
        ("[^a-c]x", "dx", true),
        ("[]]", "]", true), ("[a-]", "-", true), ("a[", "a[", true), ("*.mp4", "x.mp4", true), ("*.mp4", "x.mp", false),
        ("?", "é", true), ("**", "ab", true), ("", "", true),
    ])
    func namesMatch(pattern: String, name: String, expected: Bool) {
        #expect(PathPattern.matches(name, pattern) == expected)
    }

    @Test func onlyTextWithWildcardsIsAPattern() {
        #expect(PathPattern("plain/name.mp4") == nil)
        #expect(PathPattern("any*.mp4") != nil)
    }
}
