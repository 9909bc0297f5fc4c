import Foundation
import Imaging
import Journal
import ObjectDetection
import Tensors
import Testing
import WorkProtocol

@testable import Media
@testable import Pipeline

struct RunDirectoryTests {
    private func request(
        _ folder: TemporaryFolder, precision: Precision = .f32, confidence: Float = 0.5,
        existing: ExistingRunPolicy = .automatic
    ) -> DetectRequest {
        DetectRequest(
            inputs: [], output: folder.path + "/out", modelPath: "m.onnx", modelName: "m",
            description: ModelDescription(
                head: .yolox, inputSize: ImageSize(width: 64, height: 64), labels: ["a"], outputNames: ["o"]),
            precision: precision, confidence: confidence, iou: 0.45, classes: nil, workers: 1, threads: 1,
            batchFrames: 8, annotation: .video,
            encoder: EncoderSettings(), existing: existing, executable: "x")
    }

    private func open(_ request: DetectRequest) throws -> OpenRun {
        try OpenRun(request, settings: RunSettings(request, modelDigest: "abc"))
    }

    /// Leaves a result in the run, so that there is something to lose.
    private func detect(_ run: OpenRun) throws {
        let (_, batches) = try run.journal.plan(
            relativePath: "v", path: "v", identity: FileIdentity(size: 1, modified: 1), info: someInfo,
            batches: [PlannedRange(range: FrameRange(startPTS: .min, endPTS: .max), frames: 1)])
        try run.journal.complete(BatchResult(item: batches[0].id, frames: []), recipe: "r")
    }

    @Test func laterStagesTakeOtherSettings() throws {
        let folder = try TemporaryFolder()
        let run = try open(request(folder))
        try detect(run)
        run.close()
        for confidence in [0.5, 0.25, 0.9] as [Float] {
            let again = try open(request(folder, confidence: confidence, existing: .resume))
            #expect(again.notices.isEmpty && again.directory.generation == .current)
            #expect(try again.journal.videos().count == 1)
            #expect(try RunSettings(again.journal)?.tracking.confidence == confidence)
            again.close()
        }
    }

    @Test func otherDetectionsStartOverBesideTheOld() throws {
        let folder = try TemporaryFolder()
        let run = try open(request(folder))
        try detect(run)
        run.close()
        let refused = #expect(throws: PipelineError.self) {
            try open(request(folder, precision: .bf16, existing: .resume))
        }
        #expect(refused?.exitCode == 64 && refused?.description.contains("precision was f32, is bf16") == true)

        let other = try open(request(folder, precision: .bf16))
        #expect(other.directory.generation == .fresh && other.notices.count == 1)
        #expect(try other.journal.videos().isEmpty)
        try detect(other)
        other.close()
        // Unfinished, it is continued; with the old settings the old run is.
        let continued = try open(request(folder, precision: .bf16))
        #expect(try continued.directory.generation == .fresh && continued.journal.videos().count == 1)
        continued.close()
        let back = try open(request(folder))
        #expect(back.directory.generation == .current && back.notices.count == 1)
        #expect(try back.journal.hasResults())
        back.close()
    }

    @Test func aFreshRunReplacesTheOldOnceItIsComplete() throws {
        let folder = try TemporaryFolder()
        let run = try open(request(folder))
        try detect(run)
        try run.journal.claim(["v/summary.json"], for: nil)
        run.close()
        let fresh = try open(request(folder, existing: .fresh))
        #expect(try fresh.directory.generation == .fresh && fresh.journal.videos().isEmpty)
        #expect(try fresh.journal.artefacts().contains("v/summary.json"))
        fresh.close()
        let complete = try open(request(folder, existing: .fresh))
        #expect(complete.directory.generation == .fresh)
        complete.close(isComplete: true)
        #expect(!folder.exists("out/.windhover/fresh"))
        let next = try open(request(folder))
        #expect(try next.directory.generation == .current && !next.journal.hasResults())
        next.close()
    }

    @Test func aPromotionCutShortIsFinished() throws {
        let folder = try TemporaryFolder()
        let run = try open(request(folder))
        try detect(run)
        run.close()
        let fresh = try open(request(folder, existing: .fresh))
        try fresh.journal.setSetting("mark", "fresh")
        fresh.close()
        // The state between the two steps of a promotion.
        for file in RunJournal.files(in: folder.path + "/out/.windhover") {
            try? FileManager.default.removeItem(atPath: file)
        }
        let next = try open(request(folder))
        #expect(try next.directory.generation == .current && next.journal.settings()["mark"] == "fresh")
        #expect(!folder.exists("out/.windhover/fresh"))
        next.close()
    }

    @Test func resumingNeedsARun() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: PipelineError.self) { try open(request(folder, existing: .resume)) }
        #expect(error?.exitCode == 64)
        #expect(!folder.exists("out"))
    }

    @Test func overwritingRemovesOnlyWhatARunWrote() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "out/notes.txt")
        try folder.write("mine", to: "out/b/notes.txt")
        let run = try open(request(folder))
        try run.journal.claim(["a/deep/summary.json", "b/summary.json"], for: nil)
        try folder.write("{}", to: "out/a/deep/summary.json")
        try folder.write("{}", to: "out/b/summary.json")
        try folder.write("x", to: "out/.windhover/segments/1/0.mp4")
        run.close()
        try open(request(folder, existing: .overwrite)).close()
        #expect(folder.exists("out/notes.txt") && folder.exists("out/b/notes.txt"))
        #expect(!folder.exists("out/a") && !folder.exists("out/b/summary.json"))
        #expect(!folder.exists("out/.windhover/segments"))
    }

    @Test func aForeignReportIsNotReplaced() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "out/run.json")
        #expect(throws: PipelineError.self) { try open(request(folder)) }
        #expect(throws: PipelineError.self) { try open(request(folder, existing: .overwrite)) }
        #expect(try folder.read("out/run.json") == "mine")
    }

    @Test func oneCoordinatorAtATime() throws {
        let folder = try TemporaryFolder()
        let run = try open(request(folder))
        let error = #expect(throws: PipelineError.self) { try open(request(folder)) }
        #expect(error?.description.contains("process") == true)
        run.close()
        try open(request(folder)).close()
    }

    @Test func aFileInPlaceOfTheFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "out")
        let error = #expect(throws: PipelineError.self) { try open(request(folder)) }
        #expect(error?.exitCode == 64)
    }
}

struct AtomicFileTests {
    @Test func aFileAppearsWholeOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.json"
        var file: AtomicFile? = try AtomicFile(path: path)
        try file?.write(String(repeating: "x", count: 200_000))
        #expect(!folder.exists("a.json"))
        file = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)

        try AtomicFile.write("one", to: path)
        try AtomicFile.write("two", to: path)
        #expect(try folder.read("a.json") == "two")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.json"])
    }

    @Test func aFolderThatIsMissingIsNamed() {
        let error = #expect(throws: PipelineError.self) { try AtomicFile.write("x", to: "/nowhere/at/all.json") }
        #expect(error?.description.contains("/nowhere/at/all.json") == true)
    }
}

private let someInfo = VideoInfo(
    path: "v", formatName: "matroska,webm", codecName: "h264", pixelFormatName: "yuv420p",
    timeBase: Rational(numerator: 1, denominator: 1000), codedSize: ImageSize(width: 64, height: 48),
    displaySize: ImageSize(width: 64, height: 48), orientation: .upright, hasAudio: false, colour: ColourProperties())
