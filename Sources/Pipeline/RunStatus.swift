import Journal

/// Where a run stands. Can be read while another process works on it.
package struct RunStatus: Sendable {
    /// One input and how far it is.
    package struct Video: Sendable, Hashable {
        package enum State: String, Sendable, Hashable, CaseIterable {
            /// Nobody has looked at it yet.
            case waiting
            case detecting, rendering
            case complete, partial, failed
        }

        /// The file as given.
        package var path: String
        /// Where its results are, relative to the run directory.
        package var relativePath: String
        package var state: State
        /// Frames that are detected, as planned, and those of the video.
        package var framesDone = 0
        package var frames = 0
        package var detections = 0
        package var tracks = 0
        /// Why it is not complete, or what is out of date.
        package var remark: String?
    }

    /// The process that works on it now, as it wrote itself down; nil where none does.
    package let owner: String?
    /// The run is being started over, and an earlier one is kept until it is complete.
    package let isFresh: Bool
    package let modelName: String
    package let annotation: AnnotationMode
    /// By place of their results.
    package let videos: [Video]
    /// Inputs that gave no video.
    package let problems: [InputProblem]

    /// Reads the run in `output`.
    /// - Throws: `settings` where there is none.
    package init(output: String) throws(PipelineError) {
        let stored = try StoredRun(output: output)
        owner = RunLock.owner(in: RunDirectory(root: output).hidden)
        isFresh = stored.generation == .fresh
        modelName = stored.settings.tracking.modelName
        annotation = stored.annotation
        problems = stored.inputs.problems
        let recipes = stored.settings.recipes
        let records = stored.videos.map { record in
            Video(record, stored.progress[record.id] ?? VideoProgress(), recipes, stored)
        }
        let known = Set(records.map(\.relativePath))
        let waiting = stored.inputs.videos.filter { !known.contains($0.relativePath) }
            .map { Video(path: $0.path, relativePath: $0.relativePath, state: .waiting) }
        videos = (records + waiting).sorted {
            Array($0.relativePath.utf8).lexicographicallyPrecedes($1.relativePath.utf8)
        }
    }
}

extension RunStatus.Video {
    fileprivate init(_ record: VideoRecord, _ progress: VideoProgress, _ recipes: Recipes, _ stored: StoredRun) {
        path = record.path
        relativePath = record.relativePath
        state =
            switch record.stage {
            case .detecting: .detecting
            case .rendering: .rendering
            case .finished: State(record.status)
            }
        frames = record.plannedFrames
        framesDone = progress.detected
        (detections, tracks) = (record.detections, record.tracks)
        remark = record.reason ?? Self.remark(record, recipes, stored)
    }

    private static func remark(_ record: VideoRecord, _ recipes: Recipes, _ stored: StoredRun) -> String? {
        guard record.stage == .finished else { return nil }
        if record.recipe != recipes.tracks { return "tracks of earlier settings" }
        guard let file = stored.settings.rendering.file, record.ledger.detected > 0 else { return nil }
        let placed = stored.placed[RunDirectory.artefact(file, of: record.relativePath)]
        return placed?.recipe == recipes.video
            ? nil : "\(file.rawValue) is of earlier settings; 'windhover render' draws it anew"
    }
}

extension RunStatus.Video.State {
    fileprivate init(_ status: VideoStatus) {
        self =
            switch status {
            case .pending: .waiting
            case .complete: .complete
            case .partial: .partial
            case .failed: .failed
            }
    }
}
