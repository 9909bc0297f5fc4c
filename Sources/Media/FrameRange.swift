/// A half-open range of presentation time, `startPTS..<endPTS`, in units of the video's time base.
package struct FrameRange: Sendable, Hashable, Codable {
    /// First time inside the range; `Int64.min` where the range has no lower end.
    package var startPTS: Int64
    /// First time behind the range; `Int64.max` where the range has no upper end.
    package var endPTS: Int64

    package init(startPTS: Int64, endPTS: Int64) {
        self.startPTS = startPTS
        self.endPTS = endPTS
    }

    /// All of a video.
    package static let everything = FrameRange(startPTS: .min, endPTS: .max)

    /// Whether `pts` lies in the range.
    package func contains(_ pts: Int64) -> Bool { startPTS <= pts && (pts < endPTS || endPTS == .max) }
}
