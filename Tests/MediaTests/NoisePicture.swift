import CFFmpeg
import Imaging
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
    /// Whether the picture says that its chroma lies in the middle of its luma samples.
    var isCentred = false

    /// Whether samples keep to their nominal range. Beyond, swscale's sums pass 31 bits and bright blue turns black.
    var isNominal = true

    /// A frame of random samples.
    func frame(seed: UInt64) throws -> VideoFrame {
        let box = try AVFrameBox(size: size, format: av_get_pix_fmt(format))
        let descriptor = try #require(box.format.descriptor)
        var generator = SeededGenerator(seed)
        for plane in Int32(0)..<4 where box.stride(plane) != 0 {
            let isChroma = (plane == 1 || plane == 2) && descriptor.nb_components > 2
            let height = isChroma ? ChromaPlan.count(size.height, descriptor.log2_chroma_h) : size.height
            let range = isFullRange || !isNominal ? 0...255 : isChroma ? 16...240 : 16...235
            fill(box, plane, height, depth: Int(descriptor.comp.0.depth), range, &generator)
        }
        box.pointer.pointee.colorspace = AVColorSpace(rawValue: UInt32(matrix))
        box.pointer.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        if isCentred { box.pointer.pointee.chroma_location = AVCHROMA_LOC_CENTER }
        return VideoFrame(box, pts: 0)
    }

    private func fill(
        _ box: AVFrameBox, _ plane: Int32, _ height: Int, depth: Int, _ range: ClosedRange<Int>,
        _ generator: inout SeededGenerator
    ) {
        let scale = 1 << (depth - 8)
        for row in 0..<height {
            let line = UnsafeMutableRawPointer(box.plane(plane) + row * box.stride(plane))
            for sample in 0..<box.stride(plane) / (depth > 8 ? 2 : 1) {
                let value = Int.random(in: range.lowerBound * scale...range.upperBound * scale, using: &generator)
                if depth > 8 {
                    line.storeBytes(of: UInt16(value), toByteOffset: 2 * sample, as: UInt16.self)
                } else {
                    line.storeBytes(of: UInt8(value), toByteOffset: sample, as: UInt8.self)
                }
            }
        }
    }

    /// The video; its pictures are said to be of `codedSize`, by default their own.
    func info(codedSize: ImageSize? = nil) -> VideoInfo {
        let codedSize = codedSize ?? size
        return VideoInfo(
            path: "noise", formatName: "noise", codecName: "noise", pixelFormatName: format,
            timeBase: Rational(numerator: 1, denominator: 25), codedSize: codedSize,
            displaySize: orientation.displaySize(of: codedSize), orientation: orientation, sampleAspectRatio: nil,
            averageFrameRate: nil, startPTS: nil, duration: nil, hasAudio: false, colour: ColourProperties())
    }
}

extension VideoFrame {
    /// A sample of one of the planes, at a position of that plane; 8 bits.
    func sample(_ plane: Int32, _ x: Int, _ y: Int) -> Int { Int(box.plane(plane)[y * box.stride(plane) + x]) }
}
