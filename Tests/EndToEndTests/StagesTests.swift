import Foundation
import Testing

/// What a run does again when settings, files or wishes have changed, and what it does not.
@Suite(.serialized) struct StagesTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("clips/a.mp4", frames: 40, audio: true)
        try place.makeClip("clips/b.mp4", frames: 30)
    }

    @discardableResult
    private func detect(_ arguments: String..., into output: String = "out") throws -> Workplace.Outcome {
        try place.run(
            ["detect", "clips", "-o", output, "--model", "blobs.onnx", "--batch-frames", "12", "--workers", "1"]
                + arguments)
    }

    /// Frames that the last command put through the network, and frames that it drew.
    private func work() throws -> [Int] {
        let execution = try place.object("out/run.json")["execution"] as? [String: Any]
        return try ["frames_detected", "frames_rendered"].map { try #require(execution?[$0] as? Int) }
    }

    private static let jsonFiles = ["detections.jsonl", "summary.json"].flatMap { ["a.mp4/\($0)", "b.mp4/\($0)"] }

    /// Whether the JSON results are those of a run that never knew other settings.
    private func expectSameAs(_ other: String) throws {
        for file in Self.jsonFiles {
            #expect(try place.read("out/\(file)") == place.read("\(other)/\(file)"), "\(file)")
        }
    }

    @Test func anotherThresholdNeedsNoDetection() throws {
        #expect(try detect().status == 0)
        #expect(try work() == [70, 70])
        #expect(try detect().status == 0)
        #expect(try work() == [0, 0])
        #expect(try detect("--confidence", "0.6").status == 0)
        #expect(try work() == [0, 70])
        try detect("--confidence", "0.6", into: "whole")
        try expectSameAs("whole")
        for clip in ["a.mp4", "b.mp4"] {
            try place.tool("cmp", ["out", "whole"].map { "\($0)/\(clip)/annotated.mp4" })
        }
        #expect(try detect("--confidence", "0.6", "--classes", "blob").status == 0)
        #expect(try work()[0] == 0)
    }

    @Test func anotherCodecDrawsOnlyAnnotatedVideos() throws {
        #expect(try detect("--no-annotate").status == 0)
        #expect(try work() == [70, 0] && !place.exists("out/a.mp4/annotated.mp4"))
        let before = try Self.jsonFiles.map { try place.modified("out/\($0)") }
        #expect(try detect().status == 0)
        #expect(try work() == [0, 70] && place.exists("out/a.mp4/annotated.mp4"))
        #expect(try detect("--codec", "vp9", "--preset", "8").status == 0)
        #expect(try work() == [0, 70])
        #expect(try detect("--annotate", "overlay").status == 0)
        #expect(try work()[0] == 0 && place.exists("out/a.mp4/annotated.mkv"))
        #expect(try Self.jsonFiles.map { try place.modified("out/\($0)") } == before)
    }

    @Test func resultsThatWereTouchedAreMadeAnew() throws {
        #expect(try detect().status == 0)
        let detections = try place.read("out/a.mp4/detections.jsonl")
        try place.write("nonsense\n", to: "out/a.mp4/detections.jsonl")
        try place.tool("rm", ["out/b.mp4/annotated.mp4"])
        #expect(try detect().status == 0)
        #expect(try place.read("out/a.mp4/detections.jsonl") == detections)
        #expect(place.exists("out/b.mp4/annotated.mp4"))
        #expect(try work() == [0, 30])
    }

    @Test func aChangedInputIsNoticedAndATouchedOneIsNot() throws {
        #expect(try detect("--no-annotate").status == 0)
        try place.tool("touch", ["clips/a.mp4"])
        #expect(try detect("--no-annotate").status == 0)
        #expect(try work() == [0, 0])
        try place.makeClip("clips/a.mp4", frames: 20)
        let outcome = try detect("--no-annotate")
        #expect(outcome.status == 0 && outcome.errors.contains("clips/a.mp4: the file has changed"))
        #expect(try work() == [20, 0])
        #expect(try place.frames("out/a.mp4/detections.jsonl").count == 20)
    }

    @Test func otherDetectionsKeepTheOldOnesUntilAllIsDone() throws {
        #expect(try detect("--no-annotate").status == 0)
        let outcome = try detect("--no-annotate", "--every", "2")
        #expect(outcome.status == 0 && outcome.errors.contains("every frame, is every 2 frames"))
        #expect(try work()[0] == 35 && !place.exists("out/.windhover/fresh"))
        try detect("--no-annotate", "--every", "2", into: "whole")
        try expectSameAs("whole")
        #expect(try detect("--no-annotate", "--every", "2", "--fresh").status == 0)
        #expect(try work()[0] == 35)
        #expect(try detect("--no-annotate", "--resume").status == 64)
    }

    @Test func laterStagesRunOnTheirOwn() throws {
        #expect(try detect("--no-annotate").status == 0)
        // Neither is needed for tracks.
        try place.tool("mv", ["blobs.onnx", "model.away"])
        try place.tool("mv", ["clips", "away"])
        let tracked = try place.run(["track", "out", "--confidence", "0.6"])
        #expect(tracked.status == 0, "\(tracked.errors)")
        let noVideo = try place.run(["render", "out", "--annotate", "video"])
        #expect(noVideo.status == 3 && noVideo.errors.contains("clips/a.mp4: no such file"))
        try place.tool("mv", ["away", "clips"])
        let rendered = try place.run(["render", "out", "--annotate", "video", "--workers", "2"])
        #expect(rendered.status == 0, "\(rendered.errors)")
        #expect(try work() == [0, 70])
        try place.tool("mv", ["model.away", "blobs.onnx"])
        try detect("--confidence", "0.6", into: "whole")
        try expectSameAs("whole")
        try place.tool("cmp", ["out/a.mp4/annotated.mp4", "whole/a.mp4/annotated.mp4"])
        #expect(try place.run(["track", "out", "--confidence", "0.01"]).status == 64)
        #expect(try place.run(["track", "clips"]).status == 64)
    }

    @Test func statusTellsHowFarARunIs() throws {
        #expect(try place.run(["status", "out"]).status == 64)
        try place.write("no video", to: "clips/c.mp4")
        #expect(try detect("--no-annotate").status == 3)
        let words = try place.run(["status", "out"])
        #expect(words.status == 0 && words.errors.isEmpty)
        #expect(words.output.contains("3 videos: 2 complete, 1 failed, 70 of 70 planned frames detected"))
        let outcome = try place.run(["status", "out", "--json"])
        let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let videos = try #require(json?["videos"] as? [[String: Any]])
        #expect(videos.map { $0["state"] as? String } == ["complete", "complete", "failed"])
        #expect(videos.map { $0["framesDetected"] as? Int } == [40, 30, 0])
    }
}

extension Workplace {
    /// When a file was written.
    func modified(_ path: String) throws -> Date {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)
        return try #require(attributes[.modificationDate] as? Date)
    }
}
