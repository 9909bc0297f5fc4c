package import Media

extension FrameRecord {
    /// Records for the packets of a range of which no frame can be had, by demuxing only; ascending by time. Frames that the selection does
    /// not choose are skipped, not lost.
    package static func undecodable(
        in video: String, range: FrameRange, selection: FrameSelection, reason: String
    ) throws(FFmpegError) -> [FrameRecord] {
        undecodable(try ExpectedFrames(path: video, range: range, selection: selection), reason: reason)
    }

    /// The same of frames that somebody else has looked up.
    package static func undecodable(_ expected: ExpectedFrames, reason: String) -> [FrameRecord] {
        expected.frames.map { frame in
            let status = frame.omission.map(Status.skipped) ?? .undecodable(reason: reason)
            return FrameRecord(pts: frame.pts, duration: 0, status: status)
        }
    }
}
