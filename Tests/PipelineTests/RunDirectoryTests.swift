import Foundation
import Imaging
import Journal
import Media
import ObjectDetection
import Tensors
import Testing

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

    @Test func theSameSettingsContinueAndOthersAreRefused() throws {
        let folder = try TemporaryFolder()
        try open(request(folder)).close()
        try open(request(folder)).close()
        try open(request(folder, existing: .resume)).close()
        let error = #expect(throws: PipelineError.self) { try open(request(folder, confidence: 0.25)) }
        #expect(error?.exitCode == 64)
        #expect(error?.description.contains("--overwrite") == true)
        let other = #expect(throws: PipelineError.self) { try open(request(folder, precision: .bf16)) }
        #expect(other?.description.contains("precision was f32, is bf16") == true)
        try open(request(folder, confidence: 0.25, existing: .overwrite)).close()
        try open(request(folder, confidence: 0.25)).close()
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
