import Media
import ObjectDetection
import WorkProtocol

/// The frames of the batch in hand, as they come, and the account of those that did not come.
struct BatchCollection {
    let assignment: BatchAssignment
    private let selection: FrameSelection
    var frames: [FrameRecord] = []
    var times = StageTimes()
    private var problems: [String] = []

    init(_ assignment: BatchAssignment, selection: FrameSelection) {
        self.assignment = assignment
        self.selection = selection
    }

    /// The result, once decoding has ended.
    consuming func result(_ end: DecodingEnd) -> BatchResult {
        times.add(end.times)
        addDamage(end.errors)
        if let failure = end.failure { addRest(failure) }
        sort()
        return BatchResult(item: assignment.item, frames: frames, times: times, problems: problems)
    }

    /// Damage at a time within the range where no frame came out is an undecodable frame; other damage is only told.
    private mutating func addDamage(_ errors: [DecodeError]) {
        var known = Set(frames.map(\.pts))
        var lost: [FrameRecord] = []
        for error in errors {
            if let pts = error.pts, assignment.range.contains(pts), known.insert(pts).inserted {
                lost.append(FrameRecord(pts: pts, duration: 0, status: .undecodable(reason: error.reason)))
            } else {
                problems.append(error.description)
            }
        }
        frames += lost
    }

    /// Reading stopped: the packets after the last frame are lost.
    private mutating func addRest(_ reason: String) {
        let last = frames.map(\.pts).max() ?? .min
        do {
            let rest = try FrameRecord.undecodable(
                in: assignment.video, range: assignment.range, selection: selection, reason: reason)
            frames += rest.filter { $0.pts > last }
        } catch {
            problems.append(error.description)
        }
        problems.append(reason)
    }

    /// Ranges part the frames by time, so within a range, too, time decides: the order over all batches then does not
    /// depend on where they were cut. Equal times keep the decoder's order.
    private mutating func sort() {
        frames = frames.enumerated()
            .sorted { ($0.element.pts, $0.offset) < ($1.element.pts, $1.offset) }
            .map(\.element)
    }
}
