// peers PYTHON WINDHOVER [--int8] MODEL.onnx... [-- arguments for windhover model bench]
// peers PYTHON WINDHOVER --video CLIP YOLOX.onnx...
//
// Prints a Markdown table: minimum / median in ms of each runtime, and how much faster windhover is than the best other f32 one.
// With --int8: also the models that quantise_peers.py wrote.
// With --video: from decoded frames of the clip to boxes, against the usual Python way.
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
let parts = arguments.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
let quantised = parts.first?.contains("--int8") ?? false
guard let paths = parts.first?.filter({ $0 != "--int8" }), paths.count >= 3 else {
    let usage = "usage: peers PYTHON WINDHOVER [--int8] MODEL.onnx... [-- bench arguments]\n"
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
}
let (python, windhover) = (paths[0], paths[1])
let clip = paths[2] == "--video" && paths.count > 4 ? paths[3] : nil
let extra = (parts.count > 1 ? parts[1] : []) + (clip.map { ["--detect", $0, "--decoded"] } ?? [])
let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../python")
    .standardizedFileURL.path
let single = ["onnxruntime", "openvino-f32"]
let engines = clip == nil ? single + ["openvino"] + (quantised ? ["ort-int8", "ov-int8"] : []) : ["cv2 + onnxruntime"]

/// How to start an engine's timing program.
func command(_ engine: String, _ threads: Int, _ path: String) -> [String] {
    if let clip { return [python, scripts + "/pipeline.py", "\(threads)", path, clip] }
    return [python, scripts + "/runtime.py", engine, "\(threads)", path]
}

print("| model | threads | " + engines.joined(separator: " | ") + " | windhover | min ratio | median ratio |")
print("|---|---|" + String(repeating: "---|", count: engines.count + 3))
for path in paths[(clip == nil ? 2 : 4)...] {
    for threads in [1, 2] {
        let model = URL(fileURLWithPath: path)
        let ours = [windhover, "model", "bench", path, "--threads", "\(threads)", "--stdin"] + extra
        let commands = engines.map { ($0, command($0, threads, path)) } + [("windhover", ours)]
        let results = Comparison(model: model, threads: threads, rounds: 12, burst: 4).run(commands)
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
        print("| \(model.deletingPathExtension().lastPathComponent) | \(threads) | \(cells) | \(ratios) |")
    }
}
