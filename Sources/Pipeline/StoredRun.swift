import Journal
package import Media
import ObjectDetection

/// What a run directory was asked for and what it holds, to run later stages again.
package struct StoredRun: Sendable {
    /// The run directory.
    package let output: String
    /// Names of the model's classes, by index.
    package var labels: [String] { settings.detection.description.labels }
    package var confidence: Float { settings.tracking.confidence }
    /// The lowest confidence that stored detections suffice for.
    package var scoreFloor: Float { settings.detection.scoreFloor }
    /// Label indices in the results; nil: all.
    package var classes: [Int]? { settings.tracking.classes ?? settings.detection.classes }
    package var annotation: AnnotationMode { settings.rendering.annotation }
    package var encoder: EncoderSettings { settings.rendering.encoder }
    package var container: VideoContainer { settings.rendering.container }

    let settings: RunSettings
    let videos: [VideoRecord]
    let inputs: RunInputs
    let progress: [VideoID: VideoProgress]
    let placed: [String: PlacedFile]
    let generation: RunDirectory.Generation

    /// Reads what is in a run directory; of a run that is being started over, the new one.
    /// - Throws: `settings` where there is no run.
    package init(output: String) throws(PipelineError) {
        self.output = output
        let directory = RunDirectory(root: output)
        let generations = RunGenerations(directory: directory)
        do {
            guard let generation = generations.latest else { throw Self.none(output) }
            let journal = try generations.open(generation)
            defer { journal.close() }
            guard let settings = try RunSettings(journal) else { throw Self.unknown(output) }
            self.settings = settings
            videos = try journal.videos()
            inputs = try RunSettings.inputs(of: journal)
            progress = try journal.progress()
            placed = try journal.placedFiles()
            self.generation = generation
        } catch {
            throw PipelineError(error)
        }
    }

    /// Runs `body` with a run directory as it is stored and with its journal, while no other process works on it.
    /// - Throws: `settings` where there is no run; where another process works on it; what `body` throws.
    static func exclusively<Result>(
        _ output: String, _ body: (StoredRun, RunJournal, RunDirectory) throws -> Result
    ) throws(PipelineError) -> Result {
        let directory = RunDirectory(root: output)
        guard RunGenerations(directory: directory).latest != nil else { throw none(output) }
        do {
            let lock = try RunLock(in: directory.hidden)
            defer { lock.release() }
            let stored = try StoredRun(output: output)
            let place = directory.at(stored.generation)
            let journal = try RunJournal.open(in: place.work, create: false)
            defer { journal.close() }
            return try body(stored, journal, place)
        } catch {
            throw PipelineError(error)
        }
    }

    /// A request for the later stages of all its videos, with the settings of the run.
    /// - Parameters:
    ///   - workers: worker processes that draw, at least 1.
    ///   - executable: the program to start as `EXECUTABLE worker`.
    package func request(scope: RunScope, workers: Int, executable: String) -> DetectRequest {
        let detection = settings.detection
        var request = DetectRequest(
            inputs: videos.map { InputVideo(path: $0.path, relativePath: $0.relativePath) }, output: output,
            modelPath: "", modelName: settings.tracking.modelName, description: detection.description,
            precision: detection.precision, confidence: confidence, iou: detection.iou, classes: classes,
            workers: workers, threads: 1, batchFrames: 1, annotation: annotation, encoder: encoder,
            existing: .resume, executable: executable)
        request.modelDigest = detection.modelDigest
        request.foldsColours = detection.foldsColours
        request.selection = detection.selection
        request.deinterlacing = detection.deinterlacing
        request.container = container
        request.scope = scope
        request.problems = inputs.problems
        return request
    }

    private static func none(_ output: String) -> PipelineError {
        PipelineError(
            .settings, operation: "read the run", subject: output,
            reason: "it holds no run; name the folder that 'windhover detect -o' wrote")
    }

    private static func unknown(_ output: String) -> PipelineError {
        PipelineError(
            .settings, operation: "read the run", subject: output,
            reason: "another version of windhover wrote it; run 'windhover detect' again")
    }
}
