import CFFmpeg
import Imaging

/// Makes one file of segments and of the source's audio.
package enum SegmentJoiner {
    /// Writes `output` (by way of `output + ".partial"`): the pictures of `segments` in order, without encoding again, at the source's times, and
    /// the audio of `source`, copied, or encoded anew where the container cannot carry it. The index lies at the file's start. In Matroska and
    /// WebM times are rounded to milliseconds.
    ///
    /// - Parameter isExcerpt: the pictures are a stretch of the source. The file then begins at 0 with the first of them and has the sound of this
    ///   stretch only.
    /// - Returns: what a person should know, one line each: audio that had to be encoded or left out, times that had to be moved.
    @discardableResult
    package static func join(
        segments: [String], source: String, output: String, container: VideoContainer = .mp4, isExcerpt: Bool = false
    ) throws(FFmpegError) -> [String] {
        let pictures = try JoinedPictures(segments: segments, source: source, output: output, isExcerpt: isExcerpt)
        var notes = pictures.notes
        let audio = AudioPlan(source: source, container: container)
        guard !audio.streams.isEmpty else {
            return try notes + JoinedFile(pictures, audio: audio, output: output, container).write()
        }
        // Whatever broken audio may do to the muxer, the pictures are worth another try.
        for plan in [audio, audio.encoded] {
            do {
                return try notes + JoinedFile(pictures, audio: plan, output: output, container).write()
            } catch {
                // Less sound would fit on a full disk: a video without it, and nobody the wiser.
                guard !error.isLackOfSpace else { throw error }
                notes.append("audio \(plan.isEncoded ? "left out" : "not copied"): \(error.reason)")
            }
        }
        return try notes + JoinedFile(pictures, audio: .none, output: output, container).write()
    }
}

/// The picture track to be: what all segments hold together.
struct JoinedPictures {
    let segments: [String]
    let info: VideoInfo
    let timeline: PictureTimeline
    let parameters: CodecParameters
    /// Ticks added to every time: no container has a time before 0, and an excerpt starts there.
    let shift: Int64
    /// What of the source's sound belongs to the pictures.
    let window: TimeWindow
    var notes: [String] = []

    init(segments: [String], source: String, output: String, isExcerpt: Bool) throws(FFmpegError) {
        info = try VideoProbe.probe(path: source)
        var times: [Int64] = []
        var lastDuration: Int64 = 0
        var first: SegmentFile?
        for path in segments {
            let segment = try SegmentFile(path: path)
            guard first == nil || first?.header == segment.header else { throw Self.mismatch(path) }
            first = first ?? segment
            let part = try segment.times(sourceTimeBase: info.timeBase)
            guard let earliest = part.min() else { continue }
            guard earliest > times.max() ?? .min else { throw Self.disorder(path) }
            times += part
            lastDuration = segment.label.lastDuration
        }
        guard let first, !times.isEmpty else { throw Self.nothing(output) }
        self.segments = segments
        parameters = CodecParameters(of: first.stream)
        // VP9 and AV1 do not say it themselves.
        if let ratio = info.sampleAspectRatio { parameters.pointer.pointee.sample_aspect_ratio = ratio.av }
        timeline = PictureTimeline(times: times, lastDuration: lastDuration, nominalDuration: info.nominalFrameTicks)
        let start = timeline.first ?? 0
        shift = isExcerpt ? -start : max(0, -start)
        window = isExcerpt ? info.window(from: start, to: timeline.end ?? start) : .everything
        if shift > 0 && !isExcerpt {
            notes.append(
                "all times moved by \(Double(shift) * info.timeBase.doubleValue) s: the source starts before 0")
        }
    }

    private static func mismatch(_ path: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_invalid_data(), operation: "join segments", subject: path,
            reason: "was encoded with other settings than the segments before it; remove the segments and render again")
    }

    private static func disorder(_ path: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_invalid_data(), operation: "join segments", subject: path,
            reason: "starts before the end of the segment before it; give segments in order")
    }

    private static func nothing(_ output: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_invalid_data(), operation: "join segments", subject: output,
            reason: "would have no picture: no frame was rendered")
    }
}

extension VideoInfo {
    /// From one time to another, both in ticks of the video's time base.
    fileprivate func window(from start: Int64, to end: Int64) -> TimeWindow {
        TimeWindow(
            start: StreamClock.rescaled(start, timeBase.av, wh_time_base_q()),
            end: StreamClock.rescaled(end, timeBase.av, wh_time_base_q()))
    }

    /// Ticks of one frame at the average rate, at least 1.
    package var nominalFrameTicks: Int64 {
        guard let rate = averageFrameRate else { return 1 }
        return max(1, Int64((1 / rate.doubleValue / timeBase.doubleValue).rounded()))
    }
}
