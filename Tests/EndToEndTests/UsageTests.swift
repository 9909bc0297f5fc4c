import Foundation
import Testing

@Suite struct UsageTests {
    let place: Workplace

    init() throws { place = try Workplace() }

    @Test func helpTeaches() throws {
        let help = try place.run(["--help"])
        #expect(help.status == 0 && help.errors.isEmpty)
        for word in ["EXAMPLES", "EXIT CODES", "detect", "model", "sheet"] { #expect(help.output.contains(word)) }
        #expect(!help.output.contains("worker"))
        #expect(try place.run([]).output == help.output)
    }

    @Test(arguments: [
        ["detect"], ["model"], ["model", "list"], ["model", "pull"], ["model", "info"], ["model", "run"],
        ["model", "bench"], ["model", "quantize"],
        ["sheet"], ["debug", "frames"], ["eval"], ["eval", "coco"],
    ])
    func everyCommandHasHelp(command: [String]) throws {
        let help = try place.run(command + ["--help"])
        #expect(help.status == 0 && help.output.contains("USAGE: windhover \(command.joined(separator: " "))"))
    }

    @Test func helpSaysWhatFoldingColoursIs() throws {
        for command in [["detect"], ["model", "bench"]] {
            let help = try place.run(command + ["--help"]).output.split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            #expect(help.contains("--fold-colours") && help.contains("conversion of colours to the"))
            #expect(help.contains("detect' does") || help.contains("detections differ a little"))
        }
    }

    @Test func versionIsPrinted() throws {
        let version = try place.run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.wholeMatch(of: /windhover \d+\.\d+\.\d+\n/) != nil)
    }

    @Test func completionScriptsAreWritten() throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try place.run(["--generate-completion-script", shell])
            #expect(script.status == 0 && script.output.contains("confidence"))
        }
        try place.write(try place.run(["--generate-completion-script", "bash"]).output, to: "completion")
        try place.tool("bash", ["-n", "completion"])
    }

    @Test(arguments: [
        (["detect"], "<input>"),
        (["detect", "a.mp4"], "--output"),
        (["detect", "a.mp4", "-o", "out", "--confidence", "2"], "--confidence 2 is out of range; give 0 to 1"),
        (["detect", "a.mp4", "-o", "out", "--confidence", "much"], "--confidence"),
        (["detect", "a.mp4", "-o", "out", "--precision", "f16"], "--precision"),
        (["detect", "a.mp4", "-o", "out", "--iou", "-1"], "--iou"),
        (["detect", "a.mp4", "-o", "out", "--workers", "0"], "--workers"),
        (["detect", "a.mp4", "-o", "out", "--threads", "1000"], "--threads"),
        (["detect", "a.mp4", "-o", "out", "--batch-frames", "0"], "--batch-frames"),
        (["detect", "a.mp4", "-o", "out", "--crf", "52"], "--crf"),
        (["detect", "a.mp4", "-o", "out", "--preset", "quick"], "veryfast"),
        (["detect", "a.mp4", "-o", "out", "--codec", "av1", "--preset", "fast"], "13"),
        (["detect", "a.mp4", "-o", "out", "--codec", "mpeg2"], "hevc"),
        (["detect", "a.mp4", "-o", "out", "--no-annotate", "--codec", "hevc"], "--codec"),
        (["detect", "a.mp4", "-o", "out", "--container", "avi"], "webm"),
        (["detect", "a.mp4", "-o", "out", "--container", "webm", "--codec", "h264"], "give vp9 or av1"),
        (["detect", "a.mp4", "-o", "out", "--container", "webm", "--preset", "fast"], "vp9 has"),
        (["detect", "a.mp4", "-o", "out", "--annotate", "overlay", "--container", "mkv"], "--container"),
        (["detect", "a.mp4", "-o", "out", "--resume", "--overwrite"], "--resume"),
        (["detect", "a.mp4", "-o", "out", "--no-annotate", "--preset", "fast"], "--no-annotate"),
        (["detect", "a.mp4", "-o", "out", "--annotate", "overlay", "--crf", "20"], "--annotate overlay"),
        (["detect", "a.mp4", "-o", "out", "--annotate", "none", "--preset", "fast"], "--annotate none"),
        (["detect", "a.mp4", "-o", "out", "--annotate", "overlay", "--no-annotate"], "contradict"),
        (["detect", "a.mp4", "-o", "out", "--annotate", "film"], "overlay"),
        (["detect", "-", "-", "-o", "out"], "-"),
        (["model", "pull", "nothing"], "yolox-nano"),
        (["model", "info", "nothing"], "nothing"),
        (["model", "bench", "none.onnx"], "none.onnx: "),
        (["model", "quantize", "a.onnx", "-o", "b.onnx"], "--calibrate"),
        (["model", "quantize", "a.onnx", "--calibrate", "none.mp4", "-o", "b.onnx"], "none.mp4: no such file"),
        (["model", "quantize", "a.onnx", "--calibrate", "/", "-o", "b.onnx", "--frames", "0"], "--frames 0"),
        (["model", "quantize", "a.onnx", "--calibrate", "/", "-o", "b.onnx", "--percentile", "50"], "--percentile"),
        (["model", "quantize", "a.onnx", "--calibrate", "/", "-o", "b.yaml"], "ends in .onnx"),
        (["model", "quantize", "a.onnx", "--calibrate", "/", "-o", "none/b.onnx"], "its folder"),
        (["eval", "coco", "--images", "a"], "--annotations"),
        (["modle"], "modle"),
    ])
    func wrongUsageIsOneLine(arguments: [String], word: String) throws {
        let outcome = try place.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty && outcome.errorLines.count == 1)
        #expect(outcome.errors.hasPrefix("windhover: ") && outcome.errors.contains(word))
    }

    @Test func aModelThatIsNotInstalledIsNamedWithItsRemedy() throws {
        try place.makeClip("a.mp4", frames: 3)
        for arguments in [
            ["detect", "a.mp4", "-o", "out", "--model", "yolox-nano"], ["detect", "a.mp4", "-o", "out"],
        ] {
            let outcome = try place.run(arguments)
            #expect(outcome.status == 64 && outcome.errorLines.count == 1)
            #expect(outcome.errors.contains("windhover model pull yolox-nano"))
        }
        #expect(!place.exists("out"))
    }

    @Test func modelsAreListed() throws {
        let list = try place.run(["model", "list"])
        #expect(list.status == 0 && list.output.contains("person-ssdlite") && list.output.contains("Apache-2.0"))
        let json = try place.run(["model", "list", "--json"])
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [[String: Any]])
    }

    @Test func aFileOfTheWrongDigestIsNotInstalled() throws {
        try place.makeModel()
        let outcome = try place.run(["model", "pull", "yolox-nano", "--from", "blobs.onnx"])
        #expect(outcome.status == 64 && outcome.errorLines.count == 1 && outcome.errors.contains("SHA-256"))
    }
}
