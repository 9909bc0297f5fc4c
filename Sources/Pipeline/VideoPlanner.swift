import Journal
import Media

/// What a video needs: its batches and segments.
struct VideoPlan: Sendable, Hashable, Codable {
    var identity: FileIdentity
    var info: VideoInfo
    var batches: [PlannedRange]
    var segments: [PlannedRange]
    /// Frames that will be looked at, expected from demuxing.
    var chosenFrames: Int
    /// Why the video's colours have to be converted before the model sees it; nil where they need not.
    var foldingObstacle: String?
    /// What the container announces and does not hold; nil where that is nothing.
    var shortfall: Shortfall?
}

/// How planning a video ended.
enum PlanOutcome: Sendable, Hashable, Codable {
    case planned(VideoPlan)
    /// Nothing can be done with the file, and why.
    case failed(FileIdentity?, reason: String)
}

/// Probes a video and cuts it into batches and segments, by demuxing only.
struct VideoPlanner: Sendable, Hashable, Codable {
    /// Frames in a batch, at most.
    let batchFrames: Int
    /// Workers that share the work.
    let workers: Int
    let selection: FrameSelection

    /// Frames in a segment: each starts with a keyframe, and a player seeks to keyframes.
    static let segmentFrames = 120
    /// The last segments are shorter, so that the workers end together. Not a matter of the number of workers: the
    /// pictures of the annotated video shall not depend on it.
    private static let lastSegmentFrames = 48
    private static let lastSegmentsTotal = 240
    /// Batches below cost more in starting than they bring in balance.
    private static let smallestBatch = 24

    /// Plans the file at `path`. Blocks while it is read.
    /// - Parameter isLast: no other video follows, so the workers should end together.
    func plan(_ path: String, isLast: Bool) -> PlanOutcome {
        var identity: FileIdentity?
        do {
            identity = try InputIdentity.of(path)
        } catch {
            return .failed(nil, reason: error.reason)
        }
        identity?.digest = InputRules.current.address(of: path) == nil ? try? ContentDigest.sample(ofFile: path) : nil
        do {
            let (index, info) = try KeyframeIndex.withInfo(path: path)
            guard let identity, index.packetCount > 0 else {
                return .failed(identity, reason: "it has no video frames")
            }
            var plan = plan(index, info, identity, isLast: isLast)
            plan.foldingObstacle = info.filtered.foldingObstacle
            plan.shortfall = index.shortfall
            return .planned(plan)
        } catch {
            return .failed(identity, reason: error.reason)
        }
    }

    private func plan(
        _ index: KeyframeIndex, _ info: VideoInfo, _ identity: FileIdentity, isLast: Bool
    ) -> VideoPlan {
        let times = index.sortedPTS
        var batches = index.batches(maximumFrames: batchFrames)
        if isLast {
            let short = index.batches(maximumFrames: min(batchFrames, max(Self.smallestBatch, batchFrames / 3)))
            batches = Self.tapered(batches, into: short, lastFrames: workers * batchFrames, times)
        }
        return VideoPlan(
            identity: identity, info: info, batches: Self.counted(batches, times),
            segments: Self.counted(Self.segments(of: index, times), times),
            chosenFrames: selection.isEverything ? times.count : selection.count(in: index, info))
    }

    private static func segments(of index: KeyframeIndex, _ times: [Int64]) -> [FrameRange] {
        tapered(
            index.batches(maximumFrames: segmentFrames), into: index.batches(maximumFrames: lastSegmentFrames),
            lastFrames: lastSegmentsTotal, times)
    }

    /// `long` ranges, and `short` ones for about the last `lastFrames` frames. Both cover everything; `times` ascend.
    static func tapered(
        _ long: [FrameRange], into short: [FrameRange], lastFrames: Int, _ times: [Int64]
    ) -> [FrameRange] {
        guard lastFrames < times.count else { return short }
        let start = times[times.count - lastFrames - 1]
        guard let seam = long.last(where: { $0.startPTS <= start })?.startPTS else { return short }
        let tail = short.filter { $0.endPTS > seam }
            .map { FrameRange(startPTS: max($0.startPTS, seam), endPTS: $0.endPTS) }
        return long.filter { $0.endPTS <= seam } + tail
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
