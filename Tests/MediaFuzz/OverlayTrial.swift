import Annotation
import Imaging
import Media

/// A script with an event for each frame.
struct OverlayTrial {
    let header: String
    private let lines: [String]
    private let usualDuration: Int64
    private var times: ArraySlice<Int64>

    init(_ info: VideoInfo, times: [Int64]) {
        let script = OverlayScript(frameSize: info.codedSize, labels: ["thing"])
        header = script.header
        lines = script.lines(for: [PictureTrial.box(in: info.codedSize)])
        usualDuration = info.nominalFrameTicks
        self.times = times.sorted()[...]
    }

    /// The next event; nil at the end.
    mutating func next() -> OverlayEvent? {
        guard let start = times.popFirst() else { return nil }
        return OverlayEvent(start: start, end: times.first ?? start + usualDuration, lines: lines)
    }
}
