package import Media

extension FrameRecord {
    /// Records for the packets of a range of which no frame can be had, by demuxing only; ascending by time.
    package static func undecodable(
        in video: String, range: FrameRange, reason: String
    ) throws(FFmpegError) -> [FrameRecord] {
        try KeyframeIndex.build(path: video).sortedPTS.filter(range.contains).map { pts in
            FrameRecord(pts: pts, duration: 0, status: .undecodable(reason: reason))
        }
    }
}
