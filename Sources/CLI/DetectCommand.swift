import ArgumentParser
import Foundation
import Logging
import Media
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
            --container mkv or webm makes annotated.mkv or annotated.webm instead. With --annotate overlay annotated.mkv takes the \
            place of annotated.mp4: nothing is encoded, the boxes are a track of their own. OUT/run.json tells about the whole run.

            Ctrl-C once finishes the work in hand and stops, twice stops at once. The same command continues where the run \
            stopped; finished videos are not touched again. With other settings only what depends on them is done again: another \
            --confidence, other --classes or another --annotate need no detection. 'windhover status' tells how far a run is.

            EXAMPLES
              windhover detect footage/ -o results
              windhover detect 'cam*/2026-*.mkv' -o results --classes person,car
              windhover detect clip.mp4 -o results --model my.onnx --confidence 0.4
              windhover detect cam1.mkv -o results --from 10:00 --to 12:30 --every 5
              windhover detect footage/ -o results --annotate overlay
              windhover detect https://example.org/clips/a.mp4 -o results
              find . -name '*.mp4' -print0 | windhover detect - -o results
            """)

    @OptionGroup var arguments: DetectArguments

    func execute() async throws -> Int32 {
        let settings = try DetectSettings(arguments, cores: ProcessorBudget.cores)
        let logger = arguments.logging.logger()
        let discovery = InputDiscovery(output: settings.output, rules: settings.inputRules)
        let discovered = try discovery.discover(try settings.listedInputs())
        for problem in discovered.problems { logger.error("\(problem)") }
        guard !discovered.videos.isEmpty else { return ExitStatus.nothingProcessed }
        let request = try DetectRequest(settings, discovered)
        logger.debug(
            "\(request.inputs.count) videos, \(request.workers) workers of \(request.threads) threads, \(request.precision)"
        )
        let execution = RunExecution(logging: arguments.logging, logger: logger, showsStatistics: arguments.stats)
        let status = try await execution.run(request)
        return status == ExitStatus.complete && !discovered.problems.isEmpty ? ExitStatus.incomplete : status
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
