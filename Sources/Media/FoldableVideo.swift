import CFFmpeg
import Kernels

/// Which videos a model can read whose first convolution converts the colours.
enum FoldableVideo {
    /// Why pictures of a format have to be converted to RGB first; nil where they need not.
    static func obstacle(_ format: AVPixelFormat, _ orientation: Orientation) -> String? {
        guard orientation.quarterTurns % 2 == 0 else { return "it is displayed after a quarter turn" }
        // Of the samples, only their kind matters here.
        guard let descriptor = format.descriptor, let samples = PictureSamples(format, width: 2), samples.depth == 8,
            samples.chromaStep != 0, descriptor.log2_chroma_w == 1, descriptor.log2_chroma_h == 1
        else { return "its pictures are \(format.name), not 4:2:0 of 8 bits" }
        return nil
    }
}

extension VideoInfo {
    /// Why the colours of this video have to be converted before a model sees it, a clause; nil where the model's first
    /// convolution can do it. A stream may change its format on the way; this is the one that it starts with.
    package var foldingObstacle: String? { FoldableVideo.obstacle(av_get_pix_fmt(pixelFormatName), orientation) }
}
