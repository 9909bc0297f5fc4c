/// What an overlay shows for some time.
package struct OverlayEvent: Sendable, Hashable {
    /// Ticks of the source's video.
    package var start: Int64
    /// The first tick at which it is gone; above `start`.
    package var end: Int64
    /// Events of an ASS script without their times: `Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text`.
    package var lines: [String]

    package init(start: Int64, end: Int64, lines: [String]) {
        (self.start, self.end, self.lines) = (start, end, lines)
    }
}
