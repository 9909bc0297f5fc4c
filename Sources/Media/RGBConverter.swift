import CFFmpeg
package import Imaging

/// Converts frames of one video to RGB in display orientation, at full size. Keeps its conversion tables; one thread at a time.
package final class RGBConverter {
    private let info: VideoInfo
    private let scaler = PictureScaler()
    /// The picture before it is turned, in planes; used again for every frame. Into packed RGB, swscale does not interpolate
    /// chroma between rows when the filter has two taps: it takes the nearer row.
    private var upright: AVFrameBox?

    /// A converter for frames of the video `info`.
    package init(displayed info: VideoInfo) { self.info = info }

    /// The frame as displayed: always of size `info.displaySize`; a frame of another size (a stream that changes) is scaled to it.
    package func convert(_ frame: VideoFrame) throws(FFmpegError) -> RGBImage {
        let source = PictureFormat(frame.box, stream: info.colour)
        let target = PictureFormat(
            size: info.codedSize, pixelFormat: AV_PIX_FMT_GBRP, isFullRange: true, matrix: source.matrix)
        let upright = try picture()
        try scaler.convert(frame.box, source, into: upright, target, subject: info.path)
        return RGBImage(size: info.displaySize, pixels: turnedPixels(of: upright))
    }

    private func picture() throws(FFmpegError) -> AVFrameBox {
        if let upright { return upright }
        let made = try AVFrameBox(size: info.codedSize, format: AV_PIX_FMT_GBRP)
        upright = made
        return made
    }

    private func turnedPixels(of upright: AVFrameBox) -> [UInt8] {
        let count = info.displaySize.area * 3
        let (green, blue, red) = (upright.plane(0), upright.plane(1), upright.plane(2))
        let walk = PlaneWalk(info.orientation, over: info.codedSize, stride: upright.stride(0))
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            walk.interleave(red, green, blue, to: buffer.baseAddress!)
            initialized = count
        }
    }
}
