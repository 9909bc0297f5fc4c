package import Imaging

/// What the container and the stream header say about the video stream that is read: the first one that is no cover picture
/// and that this build of FFmpeg can decode.
package struct VideoInfo: Sendable, Hashable, Codable {
    package var path: String
    /// FFmpeg's name of the container format, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    package var formatName: String
    /// FFmpeg's name of the codec, such as `h264`.
    package var codecName: String
    /// FFmpeg's name of the decoder's pixel format, such as `yuv420p`.
    package var pixelFormatName: String
    /// Seconds a tick of every PTS of this video.
    package var timeBase: Rational
    /// Size of the pictures as decoded. A stream may change its size on the way; this is the one that it starts with.
    package var codedSize: ImageSize
    /// Size after rotation: what boxes refer to and what is written. Pixels, so not stretched by `sampleAspectRatio`.
    package var displaySize: ImageSize
    package var orientation: Orientation
    /// Width over height of a displayed pixel; nil: square or unknown.
    package var sampleAspectRatio: Rational?
    package var averageFrameRate: Rational?
    /// PTS of the stream's start as the container tells it, in ticks of `timeBase`.
    package var startPTS: Int64?
    /// Seconds from the time base's zero to the start of the file, all its streams considered: where a player's clock is at 0.
    package var fileStart: Double = 0
    /// Seconds; nil where the container does not say.
    package var duration: Double?
    package var hasAudio: Bool
    package var colour: ColourProperties

    /// Seconds from the time base's zero to `pts`.
    package func seconds(at pts: Int64) -> Double {
        Double(pts) * Double(timeBase.numerator) / Double(timeBase.denominator)
    }
}
