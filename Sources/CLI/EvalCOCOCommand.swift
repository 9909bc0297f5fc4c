import ArgumentParser
import Evaluation
import Foundation
import ObjectDetection
import Pipeline
import Tensors

/// `windhover eval coco`.
struct EvalCOCOCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "coco", abstract: "Compute COCO's AP of detectors on annotated pictures.",
        discussion: """
            Finds objects in every picture that the annotations list, as 'detect' does, and prints COCO's twelve figures for boxes, in \
            percent, as pycocotools computes them. Classes are matched to categories by name. Several models are compared in one table: \
            accuracy, parameters, weights, multiply-adds and the milliseconds of one inference, measured in turns; they are \
            scored on the categories that all of them know.

            EXAMPLES
              windhover eval coco --model yolox-nano --images val2017 --annotations instances_val2017.json
              windhover eval coco --model a.onnx b.onnx --images pictures --annotations boxes.json --per-class
              windhover eval coco --model *.onnx --images val2017 --annotations instances_val2017.json \\
                  --markdown table.md --plot table.svg --json > table.json

            EXIT CODES
              0    every picture was looked at
              3    pictures are missing or damaged; the figures are those of the others
              4    no picture could be looked at
              64   wrong usage or settings
            """)

    @Option(
        name: [.short, .long], parsing: .upToNextOption,
        help: ArgumentHelp(
            "Models' names or .onnx files; may be repeated. Default: the first installed one.", valueName: "model"),
        completion: .modelReference)
    var model: [String] = []

    @Option(help: ArgumentHelp("Folder of the pictures.", valueName: "folder"), completion: .directory)
    var images: String

    @Option(
        help: ArgumentHelp("What is in them: a COCO instances file.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var annotations: String

    @Option(
        help: ArgumentHelp(
            "Only these categories: names, separated by commas. Default: all that every model knows.",
            valueName: "classes"))
    var classes: [String] = []

    @Option(help: ArgumentHelp("Lowest score of a detection, 0 to 1.", valueName: "score"))
    var confidence: Float = 0.001

    @Option(
        help: ArgumentHelp(
            "Overlap above which the weaker of two boxes of a class is dropped, 0 to 1. Default: the model's.",
            valueName: "overlap"))
    var iou: Float?

    @Option(help: PrecisionChoice.help)
    var precision: PrecisionChoice?

    @Option(help: ArgumentHelp("Threads. Default: all cores.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Inferences to time for each model and number of threads; 0 for none. Default: 24 where models are compared, or "
                + "a table or figure is written, else 0.", valueName: "n"))
    var runs: Int?

    @Option(
        help: ArgumentHelp(
            "Take milliseconds from this file and show those of other engines beside them: a JSON list of objects with model, "
                + "engine, threads, minimum_ms and median_ms. Where it has the engine 'windhover', nothing is timed.",
            valueName: "file"), completion: .file(extensions: ["json"]))
    var latencies: String?

    @Flag(help: "Print AP for each category.")
    var perClass = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var files: EvaluationFiles

    func execute() throws -> Int32 {
        let threads = try WorkDivision(workers: 1, threads: threads, cores: ProcessorBudget.cores).threads
        try checkOptions()
        do {
            let annotations = try COCOAnnotations(contentsOf: annotations)
            let timings = try ModelTimings(file: latencies, runs: chosenRuns, threads: threads)
            let contenders = try contenders(annotations)
            try files.check(detectionsOf: contenders.map(\.model.name), inputs: inputs)
            try timings.check(contenders.map(\.model.name), needed: files.plot != nil)
            return try compare(contenders, annotations, timings, threads: threads)
        } catch {
            throw CommandError(error)
        }
    }

    private var chosenRuns: Int { runs ?? (model.count > 1 || files.needsTable ? 24 : 0) }

    private func checkOptions() throws(CommandError) {
        guard (0...1).contains(confidence) else {
            throw .usage("--confidence \(confidence) is out of range; give 0 to 1")
        }
        if let iou, !(0...1).contains(iou) { throw .usage("--iou \(iou) is out of range; give 0 to 1") }
        if let runs, !(0...10_000).contains(runs) { throw .usage("--runs \(runs) is out of range; give 0 to 10000") }
        for (option, path) in [("--annotations", annotations), ("--latencies", latencies)] {
            guard let path, !FileManager.default.fileExists(atPath: path) else { continue }
            throw .usage("\(option) \(path): no such file")
        }
        guard OutputFile.isFolder(images) else {
            throw .usage("--images \(images): no such folder")
        }
        try files.check(inputs: inputs)
    }

    /// Files that are read, and must stay as they are.
    private var inputs: [(path: String, name: String)] {
        [(annotations, "the annotations")] + (latencies.map { [($0, "what --latencies reads")] } ?? [])
            + model.map { ($0, "a model") }
    }

    private func contenders(_ annotations: COCOAnnotations) throws(CommandError) -> [Contender] {
        var contenders: [Contender] = []
        for reference in model.isEmpty ? [nil] : model.map(Optional.some) {
            let contender = try Contender(reference, annotations.categories, precision: precision, iou: iou)
            guard !contenders.contains(where: { $0.model.name == contender.model.name }) else {
                throw .usage("--model: two are called \(contender.model.name); give the files different names")
            }
            contenders.append(contender)
        }
        return contenders
    }

    private func compare(
        _ contenders: [Contender], _ annotations: COCOAnnotations, _ timings: ModelTimings, threads: Int
    ) throws -> Int32 {
        let categories = try CategoryChoice(contenders, annotations, classes: classes)
        for note in categories.notes { Console.standardError.write(line: "windhover: \(note)") }
        var pictures = try AnnotatedPictures(annotations.images, folder: images)
        let detectors = try contenders.map {
            try PictureDetector($0, confidence: confidence, categories: categories.ids, threads: threads)
        }
        let progress = StepProgress()
        defer { progress.end() }
        let found = try pictures.detections(by: detectors, show: progress.show)
        let times = try timings.times(of: contenders, show: progress.show)
        progress.end()
        try files.writeDetections(zip(contenders, found).map { ($0.model.name, $1) })
        let usable = Set(pictures.usable.map(\.id))
        let evaluation = COCOEvaluation(annotations, images: usable, categories: categories.ids)
        let models = contenders.indices.map {
            ScoredModel(contenders[$0], evaluation.result(of: found[$0]), times: times[$0])
        }
        try report(models, annotations, pictures: usable.count, categories: categories.ids.count)
        return pictures.faulty.isEmpty ? ExitStatus.complete : ExitStatus.incomplete
    }

    private func report(
        _ models: [ScoredModel], _ annotations: COCOAnnotations, pictures: Int, categories: Int
    ) throws {
        let report = EvaluationReport(
            annotations: self.annotations, pictures: (annotations.images.count, pictures),
            categories: (annotations.categories.count, categories), confidence: confidence, models: models)
        try files.write(report, perClass: perClass)
        let lines = json ? [JSONText.encode(report)] : report.lines(perClass: perClass)
        for line in lines { StandardOutput.write(line: line) }
    }
}
