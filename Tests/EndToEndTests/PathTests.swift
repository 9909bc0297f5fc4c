import Foundation
import Testing

/// Names that shells, terminals, JSON and file systems disagree about.
@Suite(.serialized) struct PathTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("clip.mp4", frames: 3)
    }

    /// What a shell script makes of `clip.mp4`; it runs in bash, whose `$'…'` can say any byte.
    private func shell(_ script: String) throws { try place.tool("bash", ["-ec", script]) }

    private func detect(_ arguments: String..., annotate: String = "none") throws -> Workplace.Outcome {
        try place.run(
            ["detect", "-o", "out", "--model", "blobs.onnx", "--annotate", annotate, "--workers", "1"] + arguments)
    }

    /// The program with arguments that are no text: `script` has the program's path as `$0`.
    private func raw(_ script: String) throws -> Workplace.Outcome {
        try RunningProgram(
            URL(fileURLWithPath: "/usr/bin/env"), ["bash", "-c", script, Workplace.program.path], in: place.folder
        ).finish()
    }

    /// Where the results of the videos of `run.json` are.
    private func results() throws -> [String] {
        let videos = try #require(try place.object("out/run.json")["videos"] as? [[String: Any]])
        #expect(videos.allSatisfy { $0["status"] as? String == "complete" })
        return videos.compactMap { $0["results"] as? String ?? $0["place"] as? String }
    }

    /// One line for each trouble, without anything that a terminal would obey.
    private func expectPlain(_ outcome: Workplace.Outcome, lines: Int) {
        #expect(outcome.errorLines.count == lines, "\(outcome.errors)")
        let controls = outcome.errors.unicodeScalars.filter { $0 != "\n" && ($0.value < 32 || (127..<160) ~= $0.value) }
        #expect(controls.isEmpty, "\(outcome.errors)")
    }

    private static let names = [
        #"line\nend.mp4"#, #"quote\"s\'.mp4"#, "-dash.mp4", #"\e[31mred.mp4"#, "100%d.mp4", "a:b?c*[d].mp4", " .mp4",
        #"caf\xe9.mp4"#, #"\xff\xfe.mp4"#, #"e\u0301.mp4"#, #"\u00e9.mp4"#, #"tab\tbell\a.mp4"#, #"\u202Eright.mp4"#,
        "back\\\\slash.mp4", "file:x.mp4", "$(echo no).mp4", "; echo no;.mp4",
    ]

    @Test func videosOfAnyNameGetResultsOfTheirOwn() throws {
        let copies = Self.names.map { "cp clip.mp4 videos/$'\($0)'" }.joined(separator: "\n")
        try shell("mkdir videos\n\(copies)\ncp clip.mp4 videos/$(printf 'n%.0s' {1..250}).mp4")
        let outcome = try detect("videos", "--quiet")
        #expect(outcome.status == 0)
        expectPlain(outcome, lines: 0)
        // A name with a line end makes two lines.
        let found = try place.tool("bash", ["-c", "find out -name detections.jsonl -printf x | wc -c"])
        #expect(found.trimmingCharacters(in: .whitespacesAndNewlines) == "\(Self.names.count + 1)")
        for name in ["caf%E9.mp4", "%FF%FE.mp4", "line\nend.mp4", "-dash.mp4", "\u{1B}[31mred.mp4"] {
            #expect(try place.frames("out/\(name)/detections.jsonl").count == 3)
        }
        #expect(try place.read("out/run.json").contains(#""videos/caf%E9.mp4""#))
        #expect(try place.read("out/run.json").contains(#"line\nend"#))
        let run = try place.object("out/run.json")
        #expect((run["videos"] as? [[String: Any]])?.count == Self.names.count + 1)
        // Everything is known again.
        #expect(try detect("videos", "--resume").errors.contains("Done"))
    }

    @Test func brokenFilesOfAnyNameAreOneLineEach() throws {
        let copies = Self.names.map { "echo no video > videos/$'\($0)'" }.joined(separator: "\n")
        try shell("mkdir videos\n\(copies)")
        let outcome = try detect("videos", "--quiet")
        #expect(outcome.status == 4)
        expectPlain(outcome, lines: Self.names.count)
        #expect(outcome.errors.contains(#"videos/line\nend.mp4: "#))
        #expect(outcome.errors.contains(#"videos/\u001b[31mred.mp4: "#))
        #expect(outcome.errors.contains("videos/caf%E9.mp4: "))
        let log = try detect("videos", "--log-format", "json", "--overwrite")
        for line in log.errorLines {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any], "\(line)")
        }
    }

    @Test(arguments: ["video", "overlay"])
    func annotatedVideosComeOfAnyName(mode: String) throws {
        try shell(#"mkdir videos; cp clip.mp4 $'videos/caf\xe9\n%d:.mp4'"#)
        #expect(try detect("videos", annotate: mode).status == 0)
        let file = "out/caf%E9\n%d:.mp4/annotated.\(mode == "video" ? "mp4" : "mkv")"
        #expect(try DetectTests.timestamps(place, "file:\(file)").count == 3)
    }

    @Test func argumentsMayHoldAnyBytes() throws {
        try shell(#"cp clip.mp4 ./-dash.mp4; cp clip.mp4 $'caf\xe9.mp4'; cp clip.mp4 $'two\nlines.mp4'"#)
        let options = "-o out --model blobs.onnx --annotate none --quiet"
        #expect(try raw(#""$0" detect \#(options) -- -dash.mp4"#).status == 0)
        #expect(try raw(#""$0" detect \#(options) $'caf\xe9.mp4'"#).status == 0)
        #expect(try raw(#"printf 'two\nlines.mp4\0caf\xe9.mp4\0' | "$0" detect \#(options) -"#).status == 0)
        for name in ["-dash.mp4", "caf%E9.mp4", "two\nlines.mp4"] {
            #expect(try place.frames("out/\(name)/detections.jsonl").count == 3)
        }
        let missing = try raw(#""$0" detect \#(options) $'no\xe9\e]0;m\n.mp4'"#)
        #expect(missing.status == 4 && missing.errors.contains(#"no%E9\u001b]0;m\n.mp4: no such file or folder"#))
        expectPlain(missing, lines: 1)
    }

    @Test func otherNamesMustBeText() throws {
        for arguments in [#"detect clip.mp4 -o $'out\xe9' --model blobs.onnx"#, #"model info $'blobs\xe9.onnx'"#] {
            let outcome = try raw(#""$0" \#(arguments)"#)
            #expect(outcome.status == 64 && outcome.errors.contains("not UTF-8"))
            expectPlain(outcome, lines: 1)
        }
        #expect(
            try place.tool("bash", ["-c", "ls"]).split(separator: "\n").sorted() == [
                "blobs.onnx", "blobs.yaml", "clip.mp4",
            ])
    }

    @Test func nothingIsWrittenOutsideOfTheOutputFolder() throws {
        try shell(
            "mkdir -p in/a/b in/c; cp clip.mp4 in/c/..mp4; cp clip.mp4 in/c/x.mp4; ln -s ../../clip.mp4 in/a/..x.mp4")
        let before = try place.tool("bash", ["-c", "find in | sort"])
        #expect(
            try detect(
                "in/a/../c/x.mp4", "in/a/b/../../c", "./in/./a/b/../..", "../\(place.folder.lastPathComponent)/clip.mp4"
            ).status == 0)
        #expect(try place.tool("bash", ["-c", "find in | sort"]) == before)
        #expect(try place.tool("bash", ["-c", "ls -d ../*/detections.jsonl ../out 2>/dev/null | wc -l"]) == "0\n")
        #expect(try place.frames("out/x.mp4/detections.jsonl").count == 3)
    }

    @Test func linksMayLeadInCircles() throws {
        try shell(
            """
            mkdir -p in/deep; cp clip.mp4 in/deep/; ln -s .. in/deep/up; ln -s loop.mp4 in/loop.mp4
            ln -s b.mp4 in/a.mp4; ln -s a.mp4 in/b.mp4
            """)
        let outcome = try detect("in", "--quiet")
        #expect(outcome.status == 3)
        expectPlain(outcome, lines: 3)
        #expect(outcome.errorLines.allSatisfy { $0.contains("a link that leads to no file") })
        #expect(try place.frames("out/deep/clip.mp4/detections.jsonl").count == 3)
    }

    @Test func longPathsAreReadOrRefused() throws {
        let name = String(repeating: "d", count: 200)
        try shell("for i in {1..18}; do mkdir \(name); cd \(name); done; cp \(place.folder.path)/clip.mp4 x.mp4")
        let path = String(repeating: name + "/", count: 18) + "x.mp4"
        #expect(try detect(path).status == 0)
        #expect(try place.frames("out/x.mp4/detections.jsonl").count == 3)
        let absurd = try detect(String(repeating: "x", count: 4000) + ".mp4", "--overwrite", "--quiet")
        #expect(absurd.status == 4)
        expectPlain(absurd, lines: 1)
    }
}
