import Annotation
import CPlatform
import Journal
import Media

/// Writes the overlay of a tracked video: its streams as they are, and its boxes as a track of their own. Memory does not grow with the number
/// of frames.
struct OverlayPass: Sendable {
    let journal: RunJournal
    let directory: RunDirectory
    let settings: ResultSettings
    let recipe: String
    let video: VideoRecord
    let helpers: HelperPool

    /// Runs the pass and puts the file in place. Blocks.
    func run() throws -> JoinOutcome {
        let start = wh_thread_cpu_nanoseconds()
        let info = try video.info ?? VideoProbe.probe(path: video.path)
        let script = OverlayScript(frameSize: info.codedSize, labels: settings.labels)
        // Among the segments, of which nothing is left when a video is finished.
        let folder = directory.segments(of: video.id)
        try directory.createFolder(folder)
        let events = join(folder, "overlay.events")
        try writeEvents(script, info, to: events)
        let written = try helpers.write(
            .overlay(
                OverlayTask(
                    source: video.path, output: directory.path(.matroska, of: video.relativePath),
                    header: script.header, events: events)))
        return JoinOutcome(
            notes: written.notes, files: try directory.placed([.matroska], of: video.relativePath, recipe: recipe),
            framesDrawn: video.ledger.detected, cpuTime: written.cpuTime + wh_thread_cpu_nanoseconds() - start)
    }

    private func writeEvents(_ script: OverlayScript, _ info: VideoInfo, to path: String) throws {
        let file = try AtomicFile(path: path)
        var frames = DrawnFrames(journal, video, settings, info)
        var timeline = OverlayTimeline(usualDuration: info.nominalFrameTicks) { try frames.next() }
        while let span = try timeline.next() {
            let event = OverlayEvent(start: span.start, end: span.end, lines: script.lines(for: span.boxes))
            try file.write(OverlayEventFile.text(event))
        }
        try file.commit()
    }
}
