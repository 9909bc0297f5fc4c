import CFFmpeg
import Imaging

/// Makes a progressive picture of an interlaced one: the field that is shown first stays, the rows of the other are interpolated.
///
/// FFmpeg's bwdif, on a sequence that begins with this picture. A sequence's first picture has no past, so that bwdif interpolates
/// within the field, plane by plane, by a cubic kernel. With pictures before and after, it would do better where nothing moves; but
/// then a frame would depend on where decoding began, and had to wait for damaged neighbours.
enum Deinterlacer {
    /// bwdif reads beyond pictures whose chroma has fewer rows than its kernel.
    private static let smallestSide = 16

    /// Whether a decoder's frames of this codec hold two fields where they are flagged as interlaced. Those of HEVC are single fields,
    /// coded as pictures of their own.
    static func weavesFields(codecName: String) -> Bool { codecName != "hevc" }

    /// The progressive picture, in the same pixel format or one that holds the same in planes; nil where `frame` is too small.
    static func deinterlaced(_ frame: AVFrameBox, subject: String) throws(FFmpegError) -> AVFrameBox? {
        guard frame.size.width >= smallestSide, frame.size.height >= smallestSide else { return nil }
        // A graph for each picture: what comes out cannot depend on any other.
        let graph = try FilterGraph("bwdif=mode=send_frame:parity=auto:deint=all", like: frame, subject: subject)
        // A picture comes out when the one behind it is in.
        let copy = AVFrameBox(sharing: frame)
        for time in Int64(0)..<2 {
            copy.pointer.pointee.pts = time
            try graph.send(copy)
        }
        guard let result = try graph.receive() else {
            throw FFmpegError(code: wh_averror_eagain(), operation: "deinterlace a picture", subject: subject)
        }
        wh_frame_set_progressive(result.pointer)
        return result
    }
}
