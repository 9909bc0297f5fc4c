import CFFmpeg
import Imaging
import ObjectDetection
import TestSupport
import Testing

@testable import Media

/// Pictures of noise in any pixel format, and the video that they could come from.
struct NoisePicture {
    var format: String
    var size: ImageSize
    var orientation = Orientation.upright
    /// Code point of H.273: 1 is BT.709, 6 BT.601, 9 BT.2020.
    var matrix = 6
    var isFullRange = false

    /// A frame whose samples are random within the range that encoders keep to: luma 16...235, chroma 48...208 (of 8 bits).
    ///
    /// Beyond, sums of swscale pass 31 bits.
    func frame(seed: UInt64) throws -> VideoFrame {
        let box = try AVFrameBox(size: size, format: av_get_pix_fmt(format))
        let descriptor = try #require(box.format.descriptor)
        var generator = SeededGenerator(seed)
        for plane in Int32(0)..<4 where wh_plane(box.pointer, plane) != nil && box.stride(plane) != 0 {
            let isChroma = (plane == 1 || plane == 2) && descriptor.nb_components > 2
            let height =
                isChroma ? (size.height + (1 << descriptor.log2_chroma_h) - 1) >> descriptor.log2_chroma_h : size.height
            fill(box, plane, height, depth: Int(descriptor.comp.0.depth), isChroma ? 0...255 : 0...255, &generator)
        }
        box.pointer.pointee.colorspace = AVColorSpace(rawValue: UInt32(matrix))
        box.pointer.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        return VideoFrame(box, pts: 0)
    }

    private func fill(
        _ box: AVFrameBox, _ plane: Int32, _ height: Int, depth: Int, _ range: ClosedRange<Int>,
        _ generator: inout SeededGenerator
    ) {
        for row in 0..<height {
            let line = UnsafeMutableRawPointer(box.plane(plane) + row * box.stride(plane))
            for byte in 0..<box.stride(plane) where depth == 8 {
                line.storeBytes(
                    of: UInt8(Int.random(in: range, using: &generator)), toByteOffset: byte, as: UInt8.self)
            }
            for word in 0..<box.stride(plane) / 2 where depth > 8 {
                let value = Int.random(
                    in: range.lowerBound << (depth - 8)...range.upperBound << (depth - 8), using: &generator)
                line.storeBytes(of: UInt16(value), toByteOffset: 2 * word, as: UInt16.self)
            }
        }
    }

    var info: VideoInfo {
        VideoInfo(
            path: "noise", formatName: "noise", codecName: "noise", pixelFormatName: format,
            timeBase: Rational(numerator: 1, denominator: 25), codedSize: size,
            displaySize: orientation.displaySize(of: size), orientation: orientation, sampleAspectRatio: nil,
            averageFrameRate: nil, startPTS: nil, duration: nil, hasAudio: false, colour: ColourProperties())
    }
}
