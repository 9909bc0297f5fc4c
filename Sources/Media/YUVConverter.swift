import CFFmpeg
import Imaging

/// Brings frames of one video into the form in which they are drawn on and encoded. Keeps its tables; one thread at a time.
package final class YUVConverter {
    private let info: VideoInfo
    private let scaler = PictureScaler()

    /// A converter for frames of the video `info`.
    package init(displayed info: VideoInfo) { self.info = info }

    /// The frame as 8-bit 4:2:0 in display orientation, in the range and matrix that the stream starts with.
    ///
    /// H.264 wants even sides: an odd last column or row is repeated once, so that boxes keep their coordinates. A frame that has
    /// this form already and is shared with nobody is taken over without a copy: do not use `frame` afterwards.
    package func convert(_ frame: VideoFrame) throws(FFmpegError) -> YUVFrame {
        let source = PictureFormat(frame.box, stream: info.colour)
        let target = PictureFormat(
            size: info.codedSize, pixelFormat: AV_PIX_FMT_YUV420P, isFullRange: info.outputColour.isFullRange,
            matrix: ColourMatrix(info))
        var box = frame.box
        if source != target {
            box = try AVFrameBox(size: info.codedSize, format: AV_PIX_FMT_YUV420P)
            try scaler.convert(frame.box, source, into: box, target, subject: info.path)
        }
        if !isUsable(box) { box = try turned(box) }
        return YUVFrame(box, pts: frame.pts, duration: frame.duration, layout: layout(of: box, target))
    }

    /// Whether the picture can be drawn on and encoded as it is. Decoders may store pictures from the last row to the first.
    private func isUsable(_ box: AVFrameBox) -> Bool {
        let isTopDown = (Int32(0)..<3).allSatisfy { box.stride($0) > 0 }
        return info.orientation == .upright && info.displaySize.isEven && isTopDown
            && av_frame_is_writable(box.pointer) > 0
    }

    /// A copy in display orientation, with even sides.
    private func turned(_ source: AVFrameBox) throws(FFmpegError) -> AVFrameBox {
        let result = try AVFrameBox(size: info.displaySize.even, format: AV_PIX_FMT_YUV420P)
        for plane in Int32(0)..<3 {
            let size = plane == 0 ? info.codedSize : info.codedSize.chroma
            let walk = PlaneWalk(info.orientation, over: size, stride: source.stride(plane))
            walk.copy(source.plane(plane), to: result.plane(plane), stride: result.stride(plane))
        }
        pad(result)
        return result
    }

    private func pad(_ picture: AVFrameBox) {
        let (size, padded) = (info.displaySize, info.displaySize.even)
        let (luma, stride) = (picture.plane(0), picture.stride(0))
        if padded.width > size.width {
            for row in 0..<size.height { luma[row * stride + size.width] = luma[row * stride + size.width - 1] }
        }
        if padded.height > size.height {
            (luma + size.height * stride).update(from: luma + (size.height - 1) * stride, count: padded.width)
        }
    }

    private func layout(of box: AVFrameBox, _ format: PictureFormat) -> PlaneLayout {
        PlaneLayout(
            size: info.displaySize.even, contentSize: info.displaySize, lumaStride: box.stride(0),
            chromaStride: box.stride(1), isFullRange: format.isFullRange, matrix: format.matrix)
    }
}

extension ImageSize {
    var isEven: Bool { width % 2 == 0 && height % 2 == 0 }
    /// Both sides rounded up to even numbers.
    var even: ImageSize { ImageSize(width: (width + 1) / 2 * 2, height: (height + 1) / 2 * 2) }
    /// Size of the chroma planes of a 4:2:0 picture.
    var chroma: ImageSize { ImageSize(width: (width + 1) / 2, height: (height + 1) / 2) }
}
