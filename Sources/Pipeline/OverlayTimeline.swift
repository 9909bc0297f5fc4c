import Annotation

/// From frames to what is shown from when to when: each frame until the next one, alike frames in one go.
struct OverlayTimeline {
    /// Boxes shown from a tick of the source up to another.
    struct Span: Hashable {
        var start: Int64
        var end: Int64
        var boxes: [LabelledBox]
    }

    private let frames: () throws -> DrawnFrame?
    /// Ticks of a frame of which nothing else is known.
    private let usualDuration: Int64
    /// The frame that comes next, once one has been looked at.
    private var upcoming: DrawnFrame?
    private var hasBegun = false

    /// - Parameter frames: gives the next frame, by ascending time; nil at the end.
    init(usualDuration: Int64, frames: @escaping () throws -> DrawnFrame?) {
        (self.usualDuration, self.frames) = (usualDuration, frames)
    }

    /// The next span with boxes; nil at the end.
    mutating func next() throws -> Span? {
        if !hasBegun {
            hasBegun = true
            upcoming = try frames()
        }
        while let frame = upcoming {
            upcoming = try frames()
            var span = Span(start: frame.pts, end: end(of: frame), boxes: frame.boxes)
            while let following = upcoming, following.boxes == span.boxes, following.pts == span.end {
                upcoming = try frames()
                span.end = max(span.end, end(of: following))
            }
            // Of several frames of one time the last one stays.
            if !span.boxes.isEmpty, span.end > span.start { return span }
        }
        return nil
    }

    /// When the frame before `upcoming` is gone.
    private func end(of frame: DrawnFrame) -> Int64 {
        guard let upcoming else { return frame.pts + (frame.duration > 0 ? frame.duration : usualDuration) }
        // In a lost batch there is no frame to end it.
        return upcoming.batchEnd == frame.batchEnd ? upcoming.pts : min(upcoming.pts, frame.batchEnd)
    }
}
