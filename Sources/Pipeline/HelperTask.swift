import Foundation
import Media

/// What a helper does for the coordinator: all that touches files of unknown origin and is not a worker's. A file that crashes or hangs FFmpeg
/// then costs a helper and not the run.
enum HelperTask: Sendable, Hashable, Codable {
    /// Reads a video's packets and divides them.
    case plan(path: String, planner: VideoPlanner, isLast: Bool)
    /// Which frames a range of a video has, by demuxing.
    case expect(path: String, range: FrameRange, selection: FrameSelection)
    /// Puts segments and the source's sound together.
    case join(JoiningTask)
    /// Puts the source's streams and a drawing track together.
    case overlay(OverlayTask)

    /// The input that is to blame where no helper comes through.
    var subject: String {
        switch self {
        case .plan(let path, _, _), .expect(let path, _, _): path
        case .join(let task): task.source
        case .overlay(let task): task.source
        }
    }

    /// The file that is written; nil where the task only reads.
    var output: String? {
        switch self {
        case .plan, .expect: nil
        case .join(let task): task.output
        case .overlay(let task): task.output
        }
    }

    /// How much longer than for reading it may take until the next packet is read: at the end of a long file, FFmpeg moves all of it.
    var slowness: Double { output == nil ? 1 : 12 }
}

/// See `SegmentJoiner`.
struct JoiningTask: Sendable, Hashable, Codable {
    var segments: [String]
    var source: String
    var output: String
    var container: VideoContainer
    var isExcerpt: Bool
}

/// See `OverlayMuxer`.
struct OverlayTask: Sendable, Hashable, Codable {
    var source: String
    var output: String
    var header: String
    /// The file of events, see `OverlayEventFile`.
    var events: String
}

/// What came of a task.
enum HelperAnswer: Sendable, Hashable, Codable {
    case planned(PlanOutcome)
    case expected(ExpectedFrames)
    /// A file is in place; what a person should know about it, and CPU time in nanoseconds.
    case written(notes: [String], cpuTime: Int64)
    /// One line.
    case failed(reason: String)
}

/// What a coordinator sends to a helper.
enum HelperRequest: Sendable, Hashable, Codable {
    /// Comes first.
    case rules(InputRules)
    case task(HelperTask)
}

/// What a helper says.
enum HelperReply: Sendable, Hashable, Codable {
    /// A sign of life while it is at work, once a second: packets read so far, of all tasks.
    case progress(packets: Int)
    case answer(HelperAnswer)
}

/// What travels between coordinator and helper, as JSON.
protocol HelperMessage: Codable {}

extension HelperRequest: HelperMessage {}
extension HelperReply: HelperMessage {}

extension HelperMessage {
    func payload() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

    init(payload: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(payload)) }
}
