import Foundation
import Imaging
import Journal
import Media
import ObjectDetection
import Tensors
import Testing
import Tracking
import WorkProtocol

@testable import Pipeline

struct ResultFilesTests {
    private static let description = ModelDescription(
        head: .yolox, inputSize: ImageSize(width: 64, height: 64), labels: ["person", "\"car\""], outputNames: ["o"])

    private static func request(confidence: Float = 0.5) -> DetectRequest {
        DetectRequest(
            inputs: [], output: "out", modelPath: "m.onnx", modelName: "m", description: description,
            precision: .f32, confidence: confidence, iou: 0.45, classes: nil, workers: 1, threads: 1, batchFrames: 8,
            annotation: .video,
            encoder: EncoderSettings(), existing: .automatic, executable: "x")
    }

    private let settings = ResultSettings(RunSettings(request(), modelDigest: "abc"))

    private func detection(_ score: Float, x: Float = 10, classIndex: Int = 0) -> Detection {
        Detection(classIndex: classIndex, score: score, box: BoundingBox(x: x, y: 20, width: 30, height: 40))
    }

    private func frame(
        _ number: Int, _ status: FrameRecord.Status = .detected, _ detections: [TrackedDetection] = []
    ) -> ResultFrame {
        ResultFrame(
            number: number, pts: Int64(number) * 512, seconds: Double(number) / 25, status: status,
            detections: detections)
    }

    @Test func aFrameIsOneLineOfTheDocumentedForm() {
        let tracked = TrackedDetection(detection: detection(0.875, classIndex: 1), track: 3)
        #expect(
            DetectionsFile.line(frame(12, .detected, [tracked]), settings: settings).compact
                == #"{"frame":12,"pts":6144,"time":0.480000,"status":"detected","detections":[{"track":3,"#
                + #""class":"\"car\"","class_id":1,"score":0.8750,"box":[10.00,20.00,30.00,40.00]}]}"#)
        #expect(
            DetectionsFile.line(frame(0, .undecodable(reason: "bad")), settings: settings).compact
                == #"{"frame":0,"pts":0,"time":0.000000,"status":"undecodable","reason":"bad","detections":[]}"#)
    }

    @Test func weakDetectionsAreReportedWithATrackOnly() {
        let record = FrameRecord(
            pts: 0, duration: 1, status: .detected, detections: [detection(0.5), detection(0.4), detection(0.3)])
        let reported = TrackedFrame(record: record, tracks: [nil, 7, nil]).reported(settings)
        #expect(reported.map(\.detection.score) == [0.5, 0.4])
        #expect(reported.map(\.track) == [nil, 7])
    }

    @Test func theSummaryCountsClassesTracksAndFrames() throws {
        var summary = VideoSummary(scratch: NSTemporaryDirectory())
        try summary.add(frame(0, .detected, [TrackedDetection(detection: detection(0.8), track: 1)]))
        try summary.add(frame(1, .undecodable(reason: "bad")))
        try summary.add(
            frame(
                2, .detected,
                [
                    TrackedDetection(detection: detection(0.6, x: 13), track: 1),
                    TrackedDetection(detection: detection(0.9, classIndex: 1), track: nil),
                ]))
        #expect(summary.ledger == FrameLedger(detected: 2, undecodable: 1))
        #expect(summary.detections == 3 && summary.trackCount == 1 && summary.firstReason == "bad")

        let text = try summary.document(video: "v", settings: settings).text
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let track = try #require((json["tracks"] as? [[String: Any]])?.first)
        #expect(track["mean_score"] as? Double == 0.7)
        #expect(track["path_length"] as? Double == 3)
        #expect((track["length"] as? [String: Any])?["frames"] as? Int == 3)
        let classes = try #require(json["classes"] as? [[String: Any]])
        #expect(classes.map { $0["tracks"] as? Int } == [1, 0])
        #expect(classes.map { $0["first_time"] as? Double } == [0, 0.08])
        let reasons = (json["frames"] as? [String: Any])?["undecodable_reasons"] as? [String: Int]
        #expect(reasons == ["bad": 1])
    }

    @Test func settingsThatChangeResultsAreTold() {
        let stored = RunSettings(Self.request(), modelDigest: "abc")
        #expect(RunSettings(Self.request(), modelDigest: "abc").differences(from: stored).isEmpty)
        var other = Self.request(confidence: 0.25)
        (other.workers, other.threads, other.batchFrames) = (7, 7, 7)
        #expect(RunSettings(other, modelDigest: "abc").differences(from: stored).isEmpty)
        #expect(
            RunSettings(Self.request(), modelDigest: "abd").differences(from: stored) == ["model was abc, is abd"])
        let below = RunSettings(Self.request(confidence: 0.01), modelDigest: "abc").differences(from: stored)
        #expect(below == ["confidence 0.01 is below what is stored, 0.05"])
    }

    @Test func recipesNameWhatFilesDependOn() {
        func recipes(_ change: (inout DetectRequest) -> Void) -> Recipes {
            var request = Self.request()
            change(&request)
            return RunSettings(request, modelDigest: "abc").recipes
        }
        let plain = recipes { _ in }
        #expect(recipes { ($0.workers, $0.batchFrames) = (9, 9) } == plain)
        let stronger = recipes { $0.confidence = 0.6 }
        #expect(stronger.tracks != plain.tracks && stronger.video != plain.video)
        let coded = recipes { $0.encoder.crf = 30 }
        #expect(coded.tracks == plain.tracks && coded.video != plain.video)
        let overlaid = recipes { ($0.annotation, $0.encoder.crf) = (.overlay, 30) }
        #expect(overlaid == recipes { $0.annotation = .overlay } && overlaid.video != plain.video)
        let chosen = recipes { $0.classes = [1, 0] }
        #expect(chosen.tracks != plain.tracks && chosen == recipes { $0.classes = [0, 1] })
    }

    @Test func classesAreChosenAmongThoseThatAreStored() {
        func settings(_ classes: [Int]?) -> RunSettings {
            var request = Self.request()
            request.classes = classes
            return RunSettings(request, modelDigest: "abc")
        }
        let narrowed = settings([1]).continuing(settings(nil))
        #expect(narrowed?.recipes == settings([1]).recipes && narrowed?.detection.classes == nil)
        #expect(settings([0, 1]).continuing(settings([1])) == nil)
        #expect(settings(nil).continuing(settings([0, 1])) == nil)
        #expect(settings([0]).continuing(settings([1, 0]))?.recipes == settings([0]).recipes)
    }

    @Test func exitCodesFollowTheOutcome() {
        func code(_ statuses: [VideoStatus], interrupted: Bool = false) -> Int32 {
            let videos = statuses.map { RunSummary.Video(path: "p", relativePath: "p", status: $0) }
            return RunSummary.exitCode(videos, isInterrupted: interrupted)
        }
        #expect(code([.complete, .complete]) == 0)
        #expect(code([.complete, .partial]) == 3)
        #expect(code([.complete, .failed]) == 3)
        #expect(code([.partial]) == 3)
        #expect(code([.failed, .failed]) == 4)
        #expect(code([]) == 4)
        #expect(code([.complete, .pending], interrupted: true) == 130)
    }

    @Test func aVerdictNeedsEveryFrame() {
        #expect(Coordinator.verdict(FrameLedger(detected: 3), reason: nil) == (.complete, nil))
        #expect(Coordinator.verdict(FrameLedger(detected: 3, undecodable: 1), reason: "x").0 == .partial)
        #expect(Coordinator.verdict(FrameLedger(undecodable: 1), reason: "x").0 == .failed)
        #expect(Coordinator.verdict(FrameLedger(detected: 3), reason: "a batch is lost").0 == .partial)
    }
}

struct VideoPlannerTests {
    @Test func everyFrameIsCountedInOneRange() {
        let ranges = [
            FrameRange(startPTS: .min, endPTS: 10), FrameRange(startPTS: 10, endPTS: 30),
            FrameRange(startPTS: 30, endPTS: .max),
        ]
        #expect(VideoPlanner.counted(ranges, [-5, 0, 5, 10, 20, 25, 30, .max]).map(\.frames) == [3, 3, 2])
        #expect(VideoPlanner.counted(ranges, []).map(\.frames) == [0, 0, 0])
    }

    /// Ranges of `size` frames over frames 0..<count, open at both ends.
    private func ranges(of size: Int64, count: Int64) -> [FrameRange] {
        let cuts = Array(stride(from: size, to: count, by: Int(size)))
        return zip([.min] + cuts, cuts + [.max]).map { FrameRange(startPTS: $0, endPTS: $1) }
    }

    @Test func taperedRangesCoverEverythingOnce() {
        for count in 1..<60 as Range<Int64> {
            let times = Array(0..<count)
            for (long, short) in [(10, 3), (7, 7), (20, 1), (3, 10)] as [(Int64, Int64)] {
                let tapered = VideoPlanner.tapered(
                    ranges(of: long, count: count), into: ranges(of: short, count: count), lastFrames: 12, times)
                #expect(tapered.first?.startPTS == .min && tapered.last?.endPTS == .max)
                #expect(zip(tapered, tapered.dropFirst()).allSatisfy { $0.endPTS == $1.startPTS })
                #expect(tapered.allSatisfy { $0.startPTS < $0.endPTS })
                let counts = VideoPlanner.counted(tapered, times).map(\.frames)
                #expect(counts.reduce(0, +) == Int(count))
                #expect(counts.suffix(2).allSatisfy { $0 <= max(short, 1) } || count < 3 || short > long)
            }
        }
    }

    @Test func aFileThatIsNoVideoFailsWithItsReason() throws {
        let folder = try TemporaryFolder()
        try Data("no video".utf8).write(to: URL(fileURLWithPath: folder.path + "/text.mp4"))
        let planner = VideoPlanner(batchFrames: 8, workers: 1, selection: .everything)
        for name in ["text.mp4", "missing.mp4"] {
            guard case .failed(let identity, let reason) = planner.plan(folder.path + "/" + name, isLast: true) else {
                Issue.record("\(name) was planned")
                continue
            }
            #expect((identity != nil) == (name == "text.mp4"))
            #expect(!reason.isEmpty)
        }
    }

    @Test func aChangedFileHasAnotherIdentity() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try Data("one".utf8).write(to: URL(fileURLWithPath: path))
        let before = try #require(FileIdentity(path: path))
        #expect(FileIdentity(path: path) == before)
        let later = Date(timeIntervalSinceNow: 10)
        try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: path)
        #expect(FileIdentity(path: path) != before)
        #expect(FileIdentity(path: folder.path + "/none") == nil)
    }
}
