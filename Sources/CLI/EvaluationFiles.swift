import ArgumentParser
import Evaluation
import Foundation

/// What an evaluation can write besides what it prints.
struct EvaluationFiles: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write what each model finds here, as MODEL.json in the format of COCO's results, for pycocotools or others.",
            valueName: "folder"), completion: .directory)
    var detections: String?

    @Option(
        help: ArgumentHelp("Write the tables here, as Markdown.", valueName: "file"),
        completion: .file(extensions: ["md"]))
    var markdown: String?

    @Option(
        help: ArgumentHelp("Write a figure of accuracy against time here, as SVG.", valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var plot: String?

    /// Whether something is written that compares accuracy with time.
    var needsTable: Bool { markdown != nil || plot != nil }

    /// Throws a usage error where a file cannot be written, or would replace one of `inputs`.
    func check(inputs: [(path: String, name: String)]) throws(CommandError) {
        for (option, path, extensions) in [
            ("--markdown", markdown, ["md", "markdown"]), ("--plot", plot, ["svg"]),
        ] {
            guard let path else { continue }
            try OutputFile.check(path, option: option, extensions: extensions)
            for input in inputs { try OutputFile.check(path, option: option, isNot: input.path, input.name) }
        }
        if let detections { try checkFolder(detections) }
    }

    /// As `check(inputs:)`, about the files of `models`.
    func check(detectionsOf models: [String], inputs: [(path: String, name: String)]) throws(CommandError) {
        for path in models.compactMap(detectionsPath) {
            for input in inputs { try OutputFile.check(path, option: "--detections", isNot: input.path, input.name) }
        }
    }

    private func detectionsPath(_ model: String) -> String? {
        detections.map { ($0 as NSString).appendingPathComponent("\(model).json") }
    }

    private func checkFolder(_ folder: String) throws(CommandError) {
        if FileManager.default.fileExists(atPath: folder) {
            guard OutputFile.isFolder(folder) else {
                throw .usage("--detections \(folder): this is a file; give a folder")
            }
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw .usage("--detections \(folder): the folder is not writable")
            }
        } else {
            try OutputFile.checkFolder(of: folder, option: "--detections")
        }
    }

    /// Writes the detections of each model.
    func writeDetections(_ models: [(name: String, detections: [COCODetection])]) throws(CommandError) {
        guard let folder = detections else { return }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for model in models {
            guard let path = detectionsPath(model.name) else { continue }
            try OutputFile.write(JSONText.encode(model.detections) + "\n", to: path)
        }
    }

    /// Writes the table and the figure.
    func write(_ report: EvaluationReport, perClass: Bool) throws(CommandError) {
        if let markdown {
            try OutputFile.write(report.markdown(perClass: perClass).joined(separator: "\n") + "\n", to: markdown)
        }
        if let plot { try OutputFile.write(AccuracySpeedFigure(report).svg, to: plot) }
    }
}
