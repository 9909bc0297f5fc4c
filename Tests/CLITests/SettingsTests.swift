import ArgumentParser
import Foundation
import GraphIR
import Logging
import Media
import Pipeline
import Tensors
import Testing

@testable import CLI

@Suite struct SettingsTests {
    private func settings(_ options: String..., cores: Int = 4) throws -> DetectSettings {
        try settings(options, cores: cores)
    }

    private func settings(_ options: [String], cores: Int = 4) throws -> DetectSettings {
        let arguments = try DetectArguments.parse(["clip.mp4", "-o", "out"] + options)
        return try DetectSettings(arguments, cores: cores)
    }

    @Test func workFillsTheCores() throws {
        #expect(try settings(cores: 6).division == [6, 1])
        #expect(try settings("--workers", "2", cores: 8).division == [2, 4])
        #expect(try settings("--threads", "3", cores: 8).division == [2, 3])
        #expect(try settings("--workers", "3", cores: 2).division == [3, 1])
        #expect(try settings("--threads", "16", cores: 2).division == [1, 16])
        #expect(try settings("--workers", "5", "--threads", "7", cores: 2).division == [5, 7])
    }

    @Test func optionsBecomeSettings() throws {
        let all = try settings(
            "--classes", "person,car", "--preset", "slow", "--crf", "18", "--overwrite", "--iou", "1")
        #expect(all.classes == ["person,car"] && all.existing == .overwrite && all.iou == 1)
        #expect(all.encoder.preset == "slow" && all.encoder.crf == 18 && all.annotation == .video)
        for none in [["--no-annotate"], ["--annotate", "none"], ["--no-annotate", "--annotate", "none"]] {
            #expect(try settings(none).annotation == .nothing)
        }
        #expect(try settings("--annotate", "overlay").annotation == .overlay)
        #expect(try settings("--annotate", "video", "--crf", "18").encoder.crf == 18)
        #expect(try settings().container == .mp4 && settings("--container", "mkv").encoder.codec == .h264)
        let webm = try settings("--container", "webm")
        #expect(webm.container == .webm && webm.encoder == EncoderSettings(codec: .vp9))
        #expect(try settings("--container", "webm", "--codec", "av1").encoder.codec == .av1)
        #expect(try !settings().foldColours && settings("--fold-colours").foldColours)
        #expect(try settings().deinterlacing == .automatic && settings("--deinterlace", "off").deinterlacing == .off)
        #expect(throws: (any Error).self) { try settings("--deinterlace", "maybe") }
        #expect(throws: CommandError.self) { try settings("--confidence", "nan") }
    }

    @Test func precisionIsChosenBeforeAnythingRuns() throws {
        #expect(try settings().precision == nil && settings("--precision", "f32").precision == .f32)
        let floats = Graph(name: "floats", inputs: [], outputs: [], nodes: [], constants: [:])
        var bytes = floats
        bytes.quantization.values["x"] = Quantization(scale: 1, zeroPoint: 0)
        func resolved(
            _ choice: PrecisionChoice?, _ graph: Graph, bf16: Bool = true, int8: Bool = true
        ) throws -> Precision {
            try choice.resolved(for: graph, model: "m.onnx", on: FastPrecisions(bf16: bf16, int8: int8))
        }
        #expect(try resolved(nil, floats) == .f32 && resolved(nil, bytes, int8: false) == .int8)
        #expect(try resolved(.auto, floats) == .bf16 && resolved(.auto, floats, bf16: false) == .f32)
        #expect(try resolved(.auto, bytes) == .int8 && resolved(.auto, bytes, int8: false) == .bf16)
        #expect(try resolved(.bf16, bytes) == .bf16 && resolved(.f32, bytes) == .f32)
        let processor = #expect(throws: CommandError.self) { try resolved(.bf16, floats, bf16: false) }
        #expect(processor?.exitStatus == ExitStatus.usage && processor?.message.contains("AVX512_BF16") == true)
        let model = #expect(throws: CommandError.self) { try resolved(.int8, floats) }
        #expect(model?.message.contains("windhover model quantize m.onnx") == true)
    }

    @Test func classesAreFoundByNameThenNumber() throws {
        let labels = ["person", "traffic light", "2", "Person", "a,b"]
        func indices(_ written: String...) throws -> [Int] { try ClassSelection.indices(written, labels: labels) }
        #expect(try indices("person") == [0])
        #expect(try indices("PERSON") == [0, 3])
        #expect(try indices("traffic light, person") == [0, 1])
        #expect(try indices("2") == [2] && indices("1", "a,b") == [1, 4])
        #expect(throws: CommandError.self) { try indices("5") }
        #expect(throws: CommandError.self) { try indices("dog") }
    }

    @Test func logLinesAreOneLine() throws {
        let text = ConsoleLogHandler.text(.warning, "two\nlines", ["b": "2", "a": "1"])
        #expect(text == "windhover: warning: two\\nlines a=1 b=2")
        let json = ConsoleLogHandler.json(.error, "two\nlines", ["path": "a/b"], at: Date(timeIntervalSince1970: 0.25))
        #expect(
            json
                == #"{"fields":{"path":"a/b"},"level":"error","message":"two\nlines","time":"1970-01-01T00:00:00.250Z"}"#
        )
    }

    @Test func sampledFramesAreSpreadEvenly() {
        let times = (0..<100).map { Int64($0) }
        #expect(SampledFrames.ranges(times, count: 4).map(\.startPTS) == [12, 37, 62, 87])
        #expect(SampledFrames.ranges([5], count: 4).map(\.startPTS) == [5])
        #expect(SampledFrames.ranges([], count: 4) == [.everything])
    }
}

extension DetectSettings {
    fileprivate var division: [Int] { [workers, threads] }
}
