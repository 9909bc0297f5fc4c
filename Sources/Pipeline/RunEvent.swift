import Journal
import WorkProtocol

/// What the coordinator hears from workers, from its own background jobs and from the user.
enum RunEvent: Sendable {
    /// What a server says of a video of an earlier run. `rank` is a video's place in the request.
    case identified(rank: Int, Outcome<FileIdentity?>)
    case planned(rank: Int, PlanOutcome)
    case tracked(rank: Int, Outcome<TrackingOutcome>)
    case joined(rank: Int, Outcome<JoinOutcome>)
    /// The parts to cut a batch into that takes workers along; none where it cannot be cut.
    case cut(WorkItemID, [PlannedRange], reason: String)
    /// The frames of a batch that no worker can deliver.
    case accounted(BatchResult, reason: String)
    case message(WorkerID, WorkerMessage)
    case workerStarted(WorkerID, process: Int32)
    case workerEnded(WorkerID, WorkerEnd)
    case stop(StopRequest.Level)
}

/// The result of a background job, or one clear line why there is none.
enum Outcome<Value: Sendable>: Sendable {
    case done(Value)
    case failed(reason: String)

    init(_ body: () throws -> Value) {
        do {
            self = .done(try body())
        } catch {
            self = .failed(reason: "\(error)")
        }
    }
}

struct JoinOutcome: Sendable, Hashable {
    /// What a person should know, such as audio that had to be encoded.
    var notes: [String]
    /// The annotated video.
    var files: [PlacedFile]
    /// Frames drawn on the way; 0 where all had been drawn before.
    var framesDrawn = 0
    /// Nanoseconds.
    var cpuTime: Int64
}
