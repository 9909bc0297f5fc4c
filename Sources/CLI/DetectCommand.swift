import ArgumentParser
import Foundation
import Logging
import ObjectDetection
import Pipeline

/// `windhover detect`.
struct DetectCommand: AsynchronousCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect",
        abstract: "Find and follow objects in videos.",
        discussion: """
            For each video OUT/<its path>/ gets annotated.mp4 (the video with boxes, class, track and score drawn in, its sound \
            and its exact times), detections.jsonl (one line a frame) and summary.json (per class and per track). \
            With --annotate overlay annotated.mkv takes the place of annotated.mp4: nothing is encoded, the boxes are a track of \
            their own. OUT/run.json tells about the whole run.

            Ctrl-C once finishes the work in hand and stops, twice stops at once. The same command continues where the run \
            stopped; finished videos are not touched again.

            EXAMPLES
              windhover detect footage/ -o results
              windhover detect 'cam*/2026-*.mkv' -o results --classes person,car
              windhover detect clip.mp4 -o results --model my.onnx --confidence 0.4
              windhover detect cam1.mkv -o results --from 10:00 --to 12:30 --every 5
              windhover detect footage/ -o results --annotate overlay
              find . -name '*.mp4' -print0 | windhover detect - -o results
            """)

    @OptionGroup var arguments: DetectArguments

    func execute() async throws -> Int32 {
        let settings = try DetectSettings(arguments, cores: ProcessorBudget.cores)
        let logger = arguments.logging.logger()
        let discovered = try InputDiscovery(output: settings.output).discover(try inputs(settings))
        for problem in discovered.problems { logger.error("\(problem)") }
        guard !discovered.videos.isEmpty else { return ExitStatus.nothingProcessed }
        let request = try DetectRequest(settings, discovered)
        logger.debug(
            "\(request.inputs.count) videos, \(request.workers) workers of \(request.threads) threads, \(request.precision)"
        )
        let status = try await run(request, logger)
        return status == ExitStatus.complete && !discovered.problems.isEmpty ? ExitStatus.incomplete : status
    }

    private func run(_ request: DetectRequest, _ logger: Logger) async throws(CommandError) -> Int32 {
        let stop = StopRequest()
        let signals = StopSignals(stop: stop) { logger.notice("\($0)") }
        let progress = ProgressReporter(logging: arguments.logging, logger: logger)
        defer {
            progress.end()
            signals.end()
        }
        do {
            let summary = try await DetectRun.run(
                request, progress: { progress.report($0) }, stop: stop, logger: logger)
            progress.end()
            ClosingReport(summary: summary, request: request).log(to: logger, statistics: arguments.stats)
            return summary.exitCode
        } catch {
            throw CommandError(error)
        }
    }

    /// The arguments, with `-` replaced by the list on standard input.
    private func inputs(_ settings: DetectSettings) throws(CommandError) -> [String] {
        guard let place = settings.inputs.firstIndex(of: "-") else { return settings.inputs }
        let text: String
        do {
            text = String(decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
        } catch {
            throw .failure("standard input cannot be read: \(error.localizedDescription)")
        }
        var inputs = settings.inputs
        inputs.replaceSubrange(place...place, with: InputDiscovery.arguments(inList: text))
        guard !inputs.isEmpty else { throw .failure("standard input: the list is empty; give one path a line") }
        return inputs
    }
}

extension DetectRequest {
    /// The request that `settings` describe, with the model read and understood.
    fileprivate init(_ settings: DetectSettings, _ discovered: InputDiscovery.Result) throws(CommandError) {
        let model = try DescribedModel(settings.modelReference)
        var classes: [Int]?
        if let written = settings.classes {
            classes = try ClassSelection.indices(written, labels: model.description.labels)
        }
        self.init(
            inputs: discovered.videos, output: settings.output, modelPath: model.path, modelName: model.name,
            description: model.description,
            precision: try settings.precision.resolved(for: model.graph, model: settings.modelReference ?? model.name),
            confidence: settings.confidence, iou: settings.iou ?? model.description.iou, classes: classes,
            workers: settings.workers, threads: settings.threads, batchFrames: settings.batchFrames,
            annotation: settings.annotation, encoder: settings.encoder, existing: settings.existing,
            executable: Executable.path)
        problems = discovered.problems
        foldsColours = settings.foldColours
        selection = settings.frames
        deinterlacing = settings.deinterlacing
        if foldsColours { try ColourFolding.check(model, precision) }
    }
}

/// This program's own file.
enum Executable {
    /// Its absolute path, also where the shell found it along `PATH`.
    static var path: String {
        let link = "/proc/self/exe"
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        guard let target else { return CommandLine.arguments[0] }
        // A program replaced while it runs can still be started through the link.
        return FileManager.default.fileExists(atPath: target) ? target : link
    }
}
