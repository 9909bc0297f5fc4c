import Journal
import WorkProtocol

/// How far one video of the request is.
struct VideoWork {
    enum Phase: Hashable {
        /// Not looked at yet, or being planned.
        case planning
        /// Batches are open.
        case detecting
        case tracking
        /// Segments are open.
        case rendering
        case joining
        /// Nothing more happens in this run.
        case closed
    }

    let input: InputVideo
    var phase = Phase.planning
    /// nil until planned.
    var record: VideoRecord?
    /// Items not settled yet.
    var open: Set<WorkItemID> = []
    /// Frames of settled batches, and of settled segments, as planned.
    var framesDetected = 0
    var framesRendered = 0
    /// The drawn video could not be made; a later run may try again.
    var renderFailure: String?

    init(input: InputVideo) { self.input = input }

    var plannedFrames: Int { record?.plannedFrames ?? 0 }
}

/// A piece of work that is open, and where it belongs.
struct OpenItem {
    let rank: Int
    let record: ItemRecord
    /// Frames done so far, as its worker says.
    var progress = 0
}
