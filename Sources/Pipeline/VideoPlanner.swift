import Foundation
import Journal
import Media

/// What a video needs: its batches and segments.
struct VideoPlan: Sendable, Hashable {
    var identity: FileIdentity
    var batches: [PlannedRange]
    var segments: [PlannedRange]
}

/// How planning a video ended.
enum PlanOutcome: Sendable, Hashable {
    case planned(VideoPlan)
    /// Nothing can be done with the file, and why.
    case failed(FileIdentity?, reason: String)
}

/// Probes a video and cuts it into batches and segments, by demuxing only.
struct VideoPlanner: Sendable {
    /// Frames in a batch, at most.
    let batchFrames: Int
    /// Workers that share the work.
    let workers: Int
    /// Segments are wanted.
    let annotates: Bool

    /// Frames in a segment: each starts with a keyframe, and a player seeks to keyframes.
    static let segmentFrames = 120
    /// Batches below cost more in starting than they bring in balance.
    private static let smallestBatch = 16
    /// Batches for each worker that keep the workers evenly busy to the end.
    private static let batchesAWorker = 4

    /// Plans the file at `path`. Blocks while it is read.
    /// - Parameter isLast: no other video follows, so the workers should end together.
    func plan(_ path: String, isLast: Bool) -> PlanOutcome {
        let identity = FileIdentity(path: path)
        do {
            _ = try VideoProbe.probe(path: path)
            let index = try KeyframeIndex.build(path: path)
            guard let identity, index.packetCount > 0 else {
                return .failed(identity, reason: "it has no video frames")
            }
            return .planned(plan(index, identity, isLast: isLast))
        } catch {
            return .failed(identity, reason: error.reason)
        }
    }

    private func plan(_ index: KeyframeIndex, _ identity: FileIdentity, isLast: Bool) -> VideoPlan {
        let times = index.sortedPTS
        var frames = batchFrames
        if isLast {
            frames = min(frames, max(Self.smallestBatch, times.count / (workers * Self.batchesAWorker)))
        }
        let segments = annotates ? index.batches(maximumFrames: Self.segmentFrames) : []
        return VideoPlan(
            identity: identity, batches: Self.counted(index.batches(maximumFrames: frames), times),
            segments: Self.counted(segments, times))
    }

    /// Ranges with the number of `times` in each; both ascend.
    static func counted(_ ranges: [FrameRange], _ times: [Int64]) -> [PlannedRange] {
        var position = times.startIndex
        return ranges.map { range in
            let start = position
            while position < times.endIndex, range.contains(times[position]) { position += 1 }
            return PlannedRange(range: range, frames: position - start)
        }
    }
}

extension FileIdentity {
    /// The identity of the file behind `path`, links followed; nil where there is none.
    init?(path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: realPath(path)),
            let size = attributes[.size] as? NSNumber, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        // Seconds and fraction apart: a double holds today's seconds to a quarter of a microsecond only.
        let interval = modified.timeIntervalSinceReferenceDate
        let seconds = interval.rounded(.down)
        let nanoseconds = ((interval - seconds) * 1e9).rounded()
        let epoch = Int64(Date.timeIntervalBetween1970AndReferenceDate)
        self.init(
            size: size.int64Value, modified: (Int64(seconds) + epoch) * 1_000_000_000 + Int64(nanoseconds))
    }
}
