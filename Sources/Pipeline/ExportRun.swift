import Journal

/// The job `export`: writes what a run has found in forms that other programs read.
package struct ExportRun: Sendable {
    /// What was written, and for which videos nothing could be.
    package struct Summary: Sendable, Hashable {
        /// Files that were written now or were in place already.
        package var files: [String] = []
        /// One line each; names the video.
        package var problems: [String] = []
    }

    /// The run directory.
    package let output: String
    package let formats: [ExportFormat]

    package init(output: String, formats: [ExportFormat]) {
        self.output = output
        self.formats = formats
    }

    /// Writes the files of all videos that have been tracked. Blocks.
    ///
    /// - Parameter progress: videos done so far, and how many there are.
    /// - Throws: where there is no run, another process works on it, or a file cannot be written.
    package func run(progress: (Int, Int) -> Void) throws(PipelineError) -> Summary {
        try StoredRun.exclusively(output) { stored, journal, directory in
            var summary = Summary()
            for (index, video) in stored.videos.enumerated() {
                try export(video, stored, journal, directory, &summary)
                progress(index + 1, stored.videos.count)
            }
            return summary
        }
    }

    private func export(
        _ video: VideoRecord, _ stored: StoredRun, _ journal: RunJournal, _ directory: RunDirectory,
        _ summary: inout Summary
    ) throws {
        let recipe = stored.settings.recipes.tracks
        guard let info = video.info, video.recipe == recipe, video.stage != .detecting else {
            summary.problems.append("\(video.path): \(Self.reason(video))")
            return
        }
        let settings = ResultSettings(stored.settings)
        for format in formats {
            let path = directory.path(format.file, of: video.relativePath)
            summary.files.append(path)
            if directory.isInPlace(format.file, of: video.relativePath, recipe: recipe, stored.placed) { continue }
            try directory.createFolder(directory.folder(of: video.relativePath))
            let file = try AtomicFile(path: path)
            try ExportWriter(format: format, settings: settings, info: info).write(to: file) {
                try MergedFrames(journal, video, settings, scratch: directory.hidden)
            }
            try file.commit()
            try journal.place(
                try directory.placed([format.file], of: video.relativePath, recipe: recipe), for: video.id)
        }
    }

    private static func reason(_ video: VideoRecord) -> String {
        if video.status == .failed { return video.reason ?? "it has no results" }
        return video.stage == .detecting
            ? "not all of it has been detected; 'windhover detect' goes on"
            : "its tracks are of earlier settings; run 'windhover track' first"
    }
}
