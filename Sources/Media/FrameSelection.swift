/// Which frames of a video are looked at. The others are skipped: told of, but neither decoded for their own sake nor drawn.
///
/// The choice depends on the times of the packets alone, so it is the same however a video is cut into ranges and whatever in it is
/// damaged.
package struct FrameSelection: Sendable, Hashable, Codable {
    /// How far apart the chosen frames are.
    package enum Interval: Sendable, Hashable, Codable {
        case everyFrame
        /// One frame of so many, at least 1, counted from the first in `from..<to`.
        case frames(Int)
        /// The first frame at or behind each multiple of so many seconds, above 0, counted from the first frame in `from..<to`.
        case seconds(Double)
    }

    package var interval: Interval
    /// Only frames that can be decoded on their own; `interval` counts these.
    package var keyframesOnly: Bool
    /// First time inside, in seconds from the start of the file, as players show it; nil: from the start.
    package var from: Double?
    /// First time behind; nil: to the end.
    package var to: Double?

    package init(
        interval: Interval = .everyFrame, keyframesOnly: Bool = false, from: Double? = nil, to: Double? = nil
    ) {
        self.interval = interval
        self.keyframesOnly = keyframesOnly
        self.from = from
        self.to = to
    }

    /// Every frame.
    package static let everything = FrameSelection()

    package var isEverything: Bool { self == .everything }
    /// Whether a stretch of the video is chosen, not all of its length.
    package var isExcerpt: Bool { from != nil || to != nil }
}

extension FrameSelection: CustomStringConvertible {
    /// Such as `every 5 frames, keyframes only, from 10 s`.
    package var description: String {
        var parts: [String] = []
        switch interval {
        case .everyFrame: break
        case .frames(let count): parts.append("every \(count) frames")
        case .seconds(let seconds): parts.append("every \(seconds) s")
        }
        if keyframesOnly { parts.append("keyframes only") }
        if let from { parts.append("from \(from) s") }
        if let to { parts.append("to \(to) s") }
        return parts.isEmpty ? "every frame" : parts.joined(separator: ", ")
    }
}
