import Engine
import Imaging
import ObjectDetection
import Testing

@testable import Media

/// Pictures as JFIF describes them get the levels that libjpeg's "fancy" enlargement of chroma gives.
@Suite struct JPEGTensorTests {
    /// Chroma of a luma position as libjpeg enlarges it: from three parts of the nearer sample and one of the other, along each
    /// halved axis, rounded once.
    private func chroma(_ frame: VideoFrame, _ plane: Int32, _ x: Int, _ y: Int, _ shift: (x: Int, y: Int)) -> Int {
        let size = frame.codedSize
        let (lastX, lastY) = ((size.width - 1) >> shift.x, (size.height - 1) >> shift.y)
        func other(_ index: Int, _ last: Int) -> Int { min(max(index / 2 + (index % 2 == 0 ? -1 : 1), 0), last) }
        func column(_ y: Int) -> Int {
            guard shift.x == 1 else { return frame.sample(plane, x, y) }
            return 3 * frame.sample(plane, x / 2, y) + frame.sample(plane, other(x, lastX), y)
        }
        let sum = shift.y == 1 ? 3 * column(y / 2) + column(other(y, lastY)) : column(y)
        switch shift {
        case (1, 1): return (sum + (x % 2 == 0 ? 8 : 7)) >> 4
        case (1, 0): return (sum + (x % 2 == 0 ? 1 : 2)) >> 2
        case (0, 1): return (sum + (y % 2 == 0 ? 1 : 2)) >> 2
        default: return sum
        }
    }

    /// Blue, green, red with 16-bit weights, each term rounded by itself.
    private func levels(_ frame: VideoFrame, _ x: Int, _ y: Int, _ shift: (x: Int, y: Int)) -> [Int] {
        let luma = frame.sample(0, x, y)
        let (blue, red) = (chroma(frame, 1, x, y, shift) - 128, chroma(frame, 2, x, y, shift) - 128)
        let terms = [116_130 * blue, -22_554 * blue - 46_802 * red, 91_881 * red]
        return terms.map { min(max(luma + ($0 + 32_768) >> 16, 0), 255) }
    }

    /// Our weights have 13 bits: some green and blue levels are one off.
    @Test(arguments: ["yuvj420p", "yuvj422p", "yuvj440p", "yuvj444p"]) func followsLibjpeg(format: String) throws {
        let shift = (x: format.contains("42") ? 1 : 0, y: format.contains("420") || format.contains("440") ? 1 : 0)
        for (width, height) in [(64, 48), (63, 48), (64, 47), (33, 21)] {
            let size = ImageSize(width: width, height: height)
            let picture = NoisePicture(format: format, size: size, isFullRange: true, isCentred: true)
            let frame = try picture.frame(seed: UInt64(width + height))
            let form = try Preprocessor(description: TensorPaths.plain(.stretch, width, height)).form
            let converter = TensorConverter(
                displayed: picture.info(), as: form, kernels: InstructionSet.available[0])
            var values: [Float] = []
            _ = try #require(converter.convert(frame, into: &values))
            var differences: [Int] = []
            for index in 0..<size.area {
                for (plane, level) in levels(frame, index % width, index / width, shift).enumerated() {
                    differences.append(abs(level - Int(values[plane * size.area + index])))
                }
            }
            #expect(differences.max() ?? 0 <= 1)
            #expect(differences.reduce(0, +) < differences.count / 100, "\(size)")
        }
    }
}
