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

    /// Runs the pass and puts the file in place. Blocks.
    func run() throws -> JoinOutcome {
        let start = wh_thread_cpu_nanoseconds()
        let info = try VideoProbe.probe(path: video.path)
        let script = OverlayScript(frameSize: info.codedSize, labels: settings.labels)
        var frames = DrawnFrames(journal, video, settings, info)
        var timeline = OverlayTimeline(usualDuration: info.nominalFrameTicks) { try frames.next() }
        let notes = try OverlayMuxer.write(
            source: video.path, output: directory.path(.matroska, of: video.relativePath), header: script.header
        ) {
            try timeline.next().map {
                OverlayEvent(start: $0.start, end: $0.end, lines: script.lines(for: $0.boxes))
            }
        }
        return JoinOutcome(
            notes: notes, files: try directory.placed([.matroska], of: video.relativePath, recipe: recipe),
            framesDrawn: video.ledger.detected, cpuTime: wh_thread_cpu_nanoseconds() - start)
    }
}
