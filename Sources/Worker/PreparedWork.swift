import Media
import Synchronization
import WorkProtocol

/// What the decoding thread hands to the inference thread, in order.
enum PreparedWork: Sendable {
    /// A batch, and what its reader says of the video.
    case begin(BatchAssignment, VideoInfo)
    case frame(PreparedFrame)
    /// A frame came out of the decoder but cannot be used.
    case unusable(FrameRecord)
    /// A frame that is not looked at.
    case skipped(FrameRecord)
    case end(DecodingEnd)
    /// Passed on: decoding for a segment happens where it is encoded.
    case render(RenderAssignment)
    case failed(ItemFailure)
}

/// A frame ready for the network.
struct PreparedFrame: Sendable {
    let pts: Int64
    let duration: Int64
    /// Model input; belongs to the pool.
    var values: [Float]
    let place: InputPlacement
    /// The frame itself, where it is to be drawn on.
    let picture: VideoFrame?
}

/// How the decoding of a batch ended.
struct DecodingEnd: Sendable {
    let errors: [DecodeError]
    /// Why reading stopped before the end of the range; nil where it did not.
    let failure: String?
    let times: StageTimes

    /// Nothing is known to be missing.
    var isWhole: Bool { errors.isEmpty && failure == nil }
}

/// Model inputs that are used again and again.
final class InputPool: Sendable {
    private let free = Mutex<[[Float]]>([])

    /// A buffer of unspecified content and length.
    func take() -> [Float] { free.withLock { $0.popLast() ?? [] } }

    func giveBack(_ values: [Float]) { free.withLock { $0.append(values) } }
}
