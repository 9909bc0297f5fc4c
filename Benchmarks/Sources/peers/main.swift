// peers PYTHON WINDHOVER [--int8] [--engines NAME,...] [--json FILE] MODEL.onnx... [-- arguments for windhover model bench]
// peers PYTHON WINDHOVER --video CLIP YOLOX.onnx...
//
// Prints a Markdown table: minimum / median in ms of each runtime, and how much faster windhover is than the best other f32 one.
// With --int8: also the models that quantise_peers.py wrote. With --json: the times in a file, too.
// With --video: from decoded frames of the clip to boxes, against the usual Python way.
import Foundation

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
    FileHandle.standardError.write(Data(Arguments.usage.utf8))
    exit(64)
}
let clip = arguments.clip
let extra = arguments.extra + (clip.map { ["--detect", $0, "--decoded"] } ?? [])
let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../python")
    .standardizedFileURL.path
let single = ["onnxruntime", "openvino-f32"]
let quantised = arguments.isQuantised ? ["ort-int8", "ov-int8"] : []
let engines = clip == nil ? arguments.engines ?? single + ["openvino"] + quantised : ["cv2 + onnxruntime"]

/// How to start an engine's timing program.
func command(_ engine: String, _ threads: Int, _ path: String) -> [String] {
    if let clip { return [arguments.python, scripts + "/pipeline.py", "\(threads)", path, clip] }
    return [arguments.python, scripts + "/runtime.py", engine, "\(threads)", path]
}

var records: [TimeRecord] = []
print("| model | threads | " + engines.joined(separator: " | ") + " | windhover | min ratio | median ratio |")
print("|---|---|" + String(repeating: "---|", count: engines.count + 3))
for path in arguments.models {
    for threads in [1, 2] {
        let model = URL(fileURLWithPath: path)
        let name = model.deletingPathExtension().lastPathComponent
        let ours = [arguments.windhover, "model", "bench", path, "--threads", "\(threads)", "--stdin"] + extra
        let commands = engines.map { ($0, command($0, threads, path)) } + [("windhover", ours)]
        let results = Comparison(model: model, threads: threads, rounds: 12, burst: 4).run(commands)
        records += (engines + ["windhover"]).compactMap { engine in
            results[engine].map { TimeRecord(model: name, engine: engine, threads: threads, $0) }
        }
        func cell(_ name: String) -> String {
            results[name].map { String(format: "%.2f / %.2f", $0.minimum, $0.median) } ?? "–"
        }
        let others = (clip == nil ? single : engines).compactMap { results[$0] }
        var ratios = "– | –"
        if let ours = results["windhover"], let minimum = others.map(\.minimum).min(),
            let median = others.map(\.median).min()
        {
            ratios = String(format: "%.2f | %.2f", minimum / ours.minimum, median / ours.median)
        }
        let cells = (engines + ["windhover"]).map(cell).joined(separator: " | ")
        print("| \(name) | \(threads) | \(cells) | \(ratios) |")
    }
}
if let json = arguments.json {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(records).write(to: URL(fileURLWithPath: json))
}
