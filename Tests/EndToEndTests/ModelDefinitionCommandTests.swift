import Foundation
import TestSupport
import Testing

@Suite struct ModelDefinitionCommandTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.write(
            """
            nc: 3
            names: [hare, owl, 'fox''s cub']
            anchors: [[10, 20, 30, 15, 40, 40]]
            backbone:
              - [-1, 1, Conv, [16, 3, 2]]
              - [-1, 1, Conv, [16, 3, 2]]
              - [-1, 1, C3, [16]]
            head:
              - [-1, 1, Conv, [32, 3, 2]]
              - [-1, 1, Detect, [nc, anchors]]

            """, to: "hill.yaml")
    }

    /// A built model is used by its file, its definition beside it; what it knows comes from the file.
    @Test func aBuiltModelIsUsedAtOnce() throws {
        let outcome = try place.run(["model", "build", "hill.yaml", "-o", "hill.onnx", "--size", "96x64"])
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 2 && outcome.errors.contains("picture of 96×64"))
        let info = try place.run(["model", "info", "hill.onnx"])
        let words = [
            "'images' [1, 3, 64, 96]", "'output' [1, 288, 8]", "yolov5", "hare, owl, fox's cub",
            "labels from the model's metadata",
        ]
        for word in words { #expect(info.output.contains(word), "\(word) in \(info.output)") }
        let bench = try place.run(["model", "bench", "hill.onnx", "--runs", "2", "--json"])
        #expect(bench.status == 0 && bench.output.contains("model.2.m.0.cv2.conv"))
    }

    /// The seed decides, and batch norms stay where that is asked for.
    @Test func optionsDecideWhatIsWritten() throws {
        func built(_ options: String...) throws -> Data {
            let arguments = ["model", "build", "hill.yaml", "-o", "x.onnx", "--size", "64", "--force"]
            #expect(try place.run(arguments + options).status == 0)
            return try Data(contentsOf: place.folder.appendingPathComponent("x.onnx"))
        }
        let first = try built()
        #expect(try built("--seed", "0") == first)
        #expect(try built("--seed", "1") != first)
        #expect(try built("--keep-batch-norm").count > first.count)
    }

    @Test func refusesWhatCannotBe() throws {
        func refusal(_ arguments: [String], _ words: String) throws {
            let outcome = try place.run(["model"] + arguments)
            #expect(
                outcome.status == 64 && outcome.errorLines.count == 1 && outcome.errors.contains(words), "\(outcome)")
        }
        try place.write("text", to: "w.safetensors")
        try place.write("nc: 3\nbackbone: [\n", to: "broken.yaml")
        try refusal(["build", "none.yaml", "-o", "x.onnx"], "none.yaml: no such file")
        try refusal(["build", "broken.yaml", "-o", "x.onnx"], "broken.yaml:3: not YAML")
        try refusal(["build", "hill.yaml", "-o", "x.bin"], "ends in .onnx")
        try refusal(["build", "hill.yaml", "-o", "none/x.onnx"], "its folder does not exist")
        try refusal(["build", "hill.yaml", "-o", "x.onnx", "--size", "10"], "--size 10: write it as")
        try refusal(["build", "hill.yaml", "-o", "x.onnx", "--size", "100"], "give another --size")
        try refusal(["build", "hill.yaml", "-o", "x.onnx", "--weights", "w.safetensors"], "w.safetensors: cannot read")
        try refusal(["lighten", "hill.yaml", "--with", "ghost", "-o", "hill.yaml"], "the definition itself")
        try refusal(
            ["lighten", "hill.yaml", "--with", "ghost", "-o", "y.yaml", "--stages", "neck"], "--stages neck: give")
        try refusal(
            ["lighten", "hill.yaml", "--with", "ghost", "-o", "y.yaml", "--stages", "0"], "no row that ghost can")
        try refusal(["lighten", "hill.yaml", "--with", "ghost", "-o", "y.txt"], "ends in .yaml")
        try refusal(
            ["lighten", "hill.yaml", "--with", "ghost", "-o", "none/y.yaml"], "--output none/y.yaml: its folder")
        let definition = try place.read("hill.yaml")
        for (plot, words) in [
            ("none/p.svg", "--plot none/p.svg: its folder does not exist"),
            ("./hill.yaml", "--plot ./hill.yaml: this is the definition itself"),
            ("./y.yaml", "--plot ./y.yaml: this is the file of --output"),
        ] {
            try refusal(["lighten", "hill.yaml", "--with", "ghost", "-o", "y.yaml", "--plot", plot, "--force"], words)
        }
        #expect(try place.read("hill.yaml") == definition)
        #expect(!place.exists("x.onnx") && !place.exists("y.yaml"))
        #expect(try place.run(["model", "build", "hill.yaml", "-o", "x.onnx", "--size", "64"]).status == 0)
        try refusal(["build", "hill.yaml", "-o", "x.onnx"], "is there already")
    }

    /// What it writes can be built; what it prints has totals, times, rows and the formula.
    @Test func lightenedDefinitionsAreShownAndBuilt() throws {
        let outcome = try place.run([
            "model", "lighten", "hill.yaml", "--with", "depthwise", "-o", "light.yaml", "--plot", "plot.svg", "--size",
            "64",
            "--runs", "2", "--threads", "2", "--layers",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let words = [
            "parameters", "multiply-adds, millions", "weights in int8, MB", "ms, 1 thread, fastest",
            "ms, 2 threads, median",
            "Conv → DSConv", "C3 → C3DW", "1/C2 + 1/k²", "model.2.m.0.cv2", "0.23611       0.23611", "GFLOP/s",
        ]
        for word in words { #expect(outcome.output.contains(word), "\(word) in \(outcome.output)") }
        let text = try place.read("light.yaml")
        #expect(text.contains("[-1, 1, DSConv, [16, 3, 2]]") && text.contains("names: ['hare', 'owl', 'fox''s cub']"))
        let plot = try place.read("plot.svg")
        for name in [
            "hill", "hill-depthwise", "hill-ghost", "hill-mobilenetv3", "hill-shufflenetv2", "hill-efficientnetv2",
        ] {
            #expect(plot.contains("\(name): "))
        }
        #expect(try place.run(["model", "build", "light.yaml", "-o", "light.onnx", "--size", "64"]).status == 0)
    }
}
