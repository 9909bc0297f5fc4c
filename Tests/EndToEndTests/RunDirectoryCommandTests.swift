import Foundation
import Testing

/// The commands that read a run directory: `verify`, `export`, and `plan` before there is one.
@Suite(.serialized) struct RunDirectoryCommandTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("clips/a.mp4", frames: 40, audio: true)
        try place.makeClip("clips/b.mp4", frames: 30)
    }

    private func detect(_ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["detect", "clips", "-o", "out", "--model", "blobs.onnx", "--batch-frames", "12"] + arguments)
    }

    /// Changes one byte in the middle of a file and nothing that can be seen without reading it.
    private func corrupt(_ path: String) throws {
        let url = place.folder.appendingPathComponent(path)
        let date = try place.modified(path)
        var data = try Data(contentsOf: url)
        data[data.count / 2] ^= 1
        try data.write(to: url)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: url.path)
    }

    @Test func verifyFindsWhatIsWrong() throws {
        #expect(try detect().status == 0)
        let right = try place.run(["verify", "out"])
        #expect(right.status == 0 && right.errors.contains("all results are right"), "\(right.errors)")

        for file in ["annotated.mp4", "detections.jsonl", "summary.json"] { try corrupt("out/a.mp4/\(file)") }
        let wrong = try place.run(["verify", "out"])
        #expect(wrong.status == 3)
        for file in ["annotated.mp4", "detections.jsonl", "summary.json"] {
            #expect(wrong.errors.contains("clips/a.mp4: \(file): its content has changed"))
        }
        #expect(wrong.errors.contains("detections.jsonl: differs from the stored detections"))
        #expect(!wrong.errors.contains("clips/b.mp4"))

        try place.makeClip("clips/b.mp4", frames: 31)
        try place.tool("rm", ["out/b.mp4/summary.json"])
        let changed = try place.run(["verify", "out", "--quick"])
        #expect(changed.errors.contains("clips/b.mp4: the video has changed since"))
        #expect(changed.errors.contains("clips/b.mp4: summary.json: is missing"))
        #expect(try place.run(["verify", "clips"]).status == 64)
    }

    /// The journal says of a batch what is true of another.
    @Test func verifyDecodesTheSource() throws {
        #expect(try detect("--no-annotate", "--from", "0", "--to", "3").status == 0)
        #expect(try place.run(["verify", "out"]).status == 0)
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1])
            rows = db.execute("SELECT id FROM item WHERE kind = 'batch' ORDER BY id").fetchall()
            db.execute("UPDATE result SET frames = (SELECT frames FROM result WHERE item = ?) WHERE item = ?", (rows[1][0], rows[0][0]))
            db.commit()
            """
        try place.tool("python3", ["-c", script, "out/.windhover/journal.sqlite"])
        let outcome = try place.run(["verify", "out"])
        #expect(outcome.status == 3 && outcome.errors.contains("differs from the stored detections"))
        #expect(outcome.errors.contains("frames come out of it"))
    }

    @Test func exportsHoldWhatTheResultsHold() throws {
        #expect(try detect("--no-annotate").status == 0)
        let outcome = try place.run(["export", "out", "--format", "csv", "--format", "mot", "-f", "coco"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let seen = try place.frames("out/a.mp4/detections.jsonl").flatMap { $0["detections"] as? [[String: Any]] ?? [] }
        let table = try place.read("out/a.mp4/detections.csv").split(separator: "\n")
        #expect(table.count == seen.count + 1 && table[0].hasPrefix("frame,pts,time,track,class_id,class,score"))
        let tracks = try place.read("out/a.mp4/mot.txt").split(separator: "\n")
        #expect(tracks.count == seen.count { $0["track"] is Int })
        #expect(tracks.allSatisfy { $0.split(separator: ",").count == 10 })
        let coco = try place.object("out/a.mp4/coco.json")
        #expect((coco["images"] as? [Any])?.count == 40)
        let boxes = (coco["annotations"] as? [[String: Any]])?.compactMap { $0["bbox"] as? [Double] }
        #expect(boxes == seen.compactMap { $0["box"] as? [Double] })

        // What is in place is left alone; other tracks make other files.
        let before = try place.modified("out/a.mp4/detections.csv")
        #expect(try place.run(["export", "out", "--format", "csv"]).status == 0)
        #expect(try place.modified("out/a.mp4/detections.csv") == before)
        #expect(try place.run(["track", "out", "--confidence", "0.99"]).status == 0)
        #expect(try place.run(["export", "out", "--format", "csv"]).status == 0)
        #expect(try place.read("out/a.mp4/detections.csv").split(separator: "\n").count < table.count)
        #expect(try place.run(["export", "out", "--format", "pdf"]).status == 64)
    }

    @Test func planTellsWhatWouldBeDone() throws {
        func videos(_ arguments: String...) throws -> [[String: Any]] {
            let outcome = try place.run(["plan", "clips", "--model", "blobs.onnx", "--json"] + arguments)
            let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            return try #require(json?["videos"] as? [[String: Any]], "\(outcome.errors)")
        }
        #expect(try videos("--no-sample").map { $0["framesToDetect"] as? Int } == [40, 30])
        #expect(try videos("--no-sample", "--every", "10").map { $0["framesToDetect"] as? Int } == [4, 3])
        try place.write("no video", to: "clips/c.mp4")
        let words = try place.run(["plan", "clips", "--model", "blobs.onnx"])
        #expect(words.status == 3 && words.output.contains("2 new, 1 unusable; 70 frames are to be detected"))
        #expect(words.output.contains("judging by") && words.output.contains("clips/c.mp4: is not a video"))
        #expect(!place.exists("out"))

        #expect(try detect("--no-annotate").status == 3)
        let planned = try videos("-o", "out", "--no-annotate", "--no-sample")
        #expect(planned.map { $0["outlook"] as? String } == ["done", "done", "unusable"])
        let redone = try videos("-o", "out", "--confidence", "0.6", "--no-sample")
        #expect(redone.map { $0["outlook"] as? String } == ["redone", "redone", "unusable"])
        #expect(redone.map { $0["framesToDetect"] as? Int } == [0, 0, 0])
    }
}
