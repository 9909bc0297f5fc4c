import Media
import WorkProtocol

/// The stretches of a video of which no frame could be had.
struct FrameLosses {
    /// Frames that follow one another, undecodable for the same reason. Times in seconds of the video's clock.
    private struct Stretch {
        let from: Double
        /// Time of the next frame that is there; of the last frame of all, its own.
        var to: Double
        var frames: Int
        let reason: String

        var json: JSONValue {
            .object([
                "from": .decimal(from, places: 6), "to": .decimal(to, places: 6), "frames": .integer(frames),
                "reason": .string(reason),
            ])
        }
    }

    private var stretches: [Stretch] = []
    private var isOpen = false
    private var unlisted = 0.0
    private let shortfall: Shortfall?
    /// A file of noise has a stretch every few frames; the ledger counts them all.
    private static let mostListed = 1000

    init(shortfall: Shortfall?) { self.shortfall = shortfall }

    /// Takes in the next frame.
    mutating func add(_ frame: ResultFrame) {
        if isOpen { stretches[stretches.count - 1].to = frame.seconds }
        guard case .undecodable(let reason) = frame.status else { return close() }
        if isOpen, stretches.last?.reason == reason {
            stretches[stretches.count - 1].frames += 1
        } else {
            close()
            stretches.append(Stretch(from: frame.seconds, to: frame.seconds, frames: 1, reason: reason))
            isOpen = true
        }
    }

    private mutating func close() {
        if stretches.count > Self.mostListed { unlisted += length(of: stretches.removeLast()) }
        isOpen = false
    }

    private func length(of stretch: Stretch) -> Double { stretch.to - stretch.from }

    /// Of all stretches, what is missing at the end included.
    var seconds: Double {
        stretches.reduce(unlisted) { $0 + length(of: $1) } + (shortfall.map { $0.to - $0.from } ?? 0)
    }

    /// In order of time; the first thousand, and what is missing at the end.
    var json: JSONValue {
        let end = shortfall.map { missing in
            JSONValue.object([
                "from": .decimal(missing.from, places: 6), "to": .decimal(missing.to, places: 6),
                "frames": .optional(missing.frames), "reason": .string(missing.reason),
            ])
        }
        return .array(stretches.map(\.json) + (end.map { [$0] } ?? []))
    }
}
