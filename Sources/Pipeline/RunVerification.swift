import Dispatch
import Journal
import Synchronization

/// Checks a whole run directory: its journal, the results of each video, their sources.
package struct RunVerification: Sendable {
    /// What is wrong with one video.
    package struct Finding: Sendable, Hashable {
        /// The file as given.
        package var video: String
        /// One line each, never empty.
        package var faults: [String]
    }

    /// The run directory.
    package let output: String
    /// Also decode the sources and compare times.
    package let decodes: Bool

    package init(output: String, decodes: Bool) {
        self.output = output
        self.decodes = decodes
    }

    /// Checks all videos of the run, several at a time. Blocks.
    ///
    /// - Parameter progress: videos checked so far, and how many there are; from any thread, one call at a time.
    /// - Returns: what is wrong, in the order of the videos; empty where all is right.
    /// - Throws: where there is no run, or another process works on it.
    package func findings(progress: @Sendable (Int, Int) -> Void) throws(PipelineError) -> [Finding] {
        try StoredRun.exclusively(output) { stored, journal, directory in
            let faults = try journal.integrityFaults()
            let own = faults.isEmpty ? [] : [Finding(video: journal.path, faults: faults)]
            return own + check(stored, journal, directory, progress)
        }
    }

    private func check(
        _ stored: StoredRun, _ journal: RunJournal, _ directory: RunDirectory, _ progress: @Sendable (Int, Int) -> Void
    ) -> [Finding] {
        let known = Set(stored.videos.map(\.relativePath))
        let missing = stored.inputs.videos.filter { !known.contains($0.relativePath) }
            .map { Finding(video: $0.path, faults: ["nothing of it has been detected yet"]) }
        let count = stored.videos.count
        let results = Mutex<(done: Int, findings: [(Int, Finding)])>((0, []))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let video = stored.videos[index]
            let faults = verification(of: video, stored, journal, directory).faults()
            results.withLock { state in
                state.done += 1
                if !faults.isEmpty { state.findings.append((index, Finding(video: video.path, faults: faults))) }
                progress(state.done, count)
            }
        }
        let findings = results.withLock { $0.findings }
        return findings.sorted { $0.0 < $1.0 }.map(\.1) + missing
    }

    private func verification(
        of video: VideoRecord, _ stored: StoredRun, _ journal: RunJournal, _ directory: RunDirectory
    ) -> VideoVerification {
        VideoVerification(
            journal: journal, directory: directory, settings: ResultSettings(stored.settings),
            recipes: stored.settings.recipes, rendering: stored.settings.rendering, placed: stored.placed, video: video,
            decodes: decodes)
    }
}
