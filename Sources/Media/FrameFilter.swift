/// Brings the decoded frames of one video into the form in which they are looked at and drawn on: progressive, and of standard
/// dynamic range. Each by itself, so that a frame is the same however a video is cut into ranges. One thread at a time.
package final class FrameFilter {
    /// What the video is behind the filter.
    package let info: VideoInfo

    private let source: VideoInfo
    private let deinterlacing: Deinterlacing
    private let toneMapper: ToneMapper

    /// A filter for frames of the video `info`, as its reader describes it.
    package init(_ info: VideoInfo, deinterlacing: Deinterlacing = .automatic) {
        source = info
        self.info = info.filtered
        self.deinterlacing = deinterlacing
        toneMapper = ToneMapper(subject: info.path)
    }

    /// The frame in its new form, with the same time, duration and size; `frame` itself where it has this form already.
    package func apply(to frame: VideoFrame) throws(FFmpegError) -> VideoFrame {
        var box = frame.box
        if deinterlaces(frame) { box = try Deinterlacer.deinterlaced(box, subject: source.path) ?? box }
        if let colour = source.colour.highDynamicRange(of: box) { box = try toneMapper.map(box, colour) }
        return box === frame.box ? frame : VideoFrame(box, pts: frame.pts, duration: frame.duration)
    }

    private func deinterlaces(_ frame: VideoFrame) -> Bool {
        switch deinterlacing {
        case .automatic: frame.isInterlaced && Deinterlacer.weavesFields(codecName: source.codecName)
        case .on: true
        case .off: false
        }
    }
}
