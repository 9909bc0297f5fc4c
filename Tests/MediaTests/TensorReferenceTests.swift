import Engine
import Imaging
import ObjectDetection
import Testing

@testable import Media

/// Against the definitions, computed slowly in double precision.
@Suite struct TensorReferenceTests {
    private typealias Colour = (red: Double, green: Double, blue: Double)

    /// A frame with the shifts of its chroma planes and its matrix (Kr, Kb).
    private struct Source {
        let frame: VideoFrame
        let shift: (x: Int, y: Int)
        let weights: (red: Double, blue: Double)
        let isFullRange: Bool

        var size: ImageSize { frame.codedSize }

        /// Chroma at a luma position, from evenly spread samples.
        private func chroma(_ plane: Int32, _ x: Int, _ y: Int) -> Double {
            let columns = (size.width + (1 << shift.x) - 1) >> shift.x
            let rows = (size.height + (1 << shift.y) - 1) >> shift.y
            let (left, right, across) = neighbours(x, columns, size.width)
            let (upper, lower, down) = neighbours(y, rows, size.height)
            func row(_ y: Int) -> Double {
                (1 - across) * Double(frame.sample(plane, left, y)) + across * Double(frame.sample(plane, right, y))
            }
            return (1 - down) * row(upper) + down * row(lower)
        }

        func colour(_ x: Int, _ y: Int) -> Colour {
            let (range, chromaRange, black) = isFullRange ? (255.0, 255.0, 0.0) : (219.0, 224.0, 16.0)
            let luma = (Double(frame.sample(0, x, y)) - black) / range
            let (blue, red) = ((chroma(1, x, y) - 128) / chromaRange, (chroma(2, x, y) - 128) / chromaRange)
            let (r, b) = (luma + 2 * (1 - weights.red) * red, luma + 2 * (1 - weights.blue) * blue)
            let g = (luma - weights.red * r - weights.blue * b) / (1 - weights.red - weights.blue)
            func level(_ value: Double) -> Double { min(max(value, 0), 1) * 255 }
            return (level(r), level(g), level(b))
        }
    }

    /// The two of `source` samples around position `index` of `target`, and how far it is to the second.
    private static func neighbours(_ index: Int, _ source: Int, _ target: Int) -> (Int, Int, Double) {
        let position = (Double(index) + 0.5) * Double(source) / Double(target) - 0.5
        let floor = position.rounded(.down)
        func clamped(_ value: Int) -> Int { min(max(value, 0), source - 1) }
        return (clamped(Int(floor)), clamped(Int(floor) + 1), position - floor)
    }

    private static func resized(_ source: Source, _ x: Int, _ y: Int, _ target: ImageSize) -> Colour {
        let (left, right, across) = neighbours(x, source.size.width, target.width)
        let (upper, lower, down) = neighbours(y, source.size.height, target.height)
        let corners = [
            ((1 - across) * (1 - down), source.colour(left, upper)), (across * (1 - down), source.colour(right, upper)),
            ((1 - across) * down, source.colour(left, lower)), (across * down, source.colour(right, lower)),
        ]
        return corners.reduce((0, 0, 0)) {
            ($0.0 + $1.0 * $1.1.red, $0.1 + $1.0 * $1.1.green, $0.2 + $1.0 * $1.1.blue)
        }
    }

    private static let cases:
        [(format: String, shift: (x: Int, y: Int), matrix: Int, weights: (red: Double, blue: Double))] =
            [
                ("yuv420p", (1, 1), 6, (0.299, 0.114)), ("yuv422p", (1, 0), 1, (0.2126, 0.0722)),
                ("yuv440p", (0, 1), 9, (0.2627, 0.0593)), ("yuv444p", (0, 0), 6, (0.299, 0.114)),
                ("yuv411p", (2, 0), 1, (0.2126, 0.0722)), ("yuv410p", (2, 2), 6, (0.299, 0.114)),
            ]

    @Test(arguments: cases.indices, [false, true]) func isWithinTwoLevels(index: Int, isFullRange: Bool) throws {
        let entry = Self.cases[index]
        for (width, height, target) in [
            (24, 20, ImageSize(width: 24, height: 20)), (45, 37, ImageSize(width: 20, height: 30)),
            (64, 40, ImageSize(width: 17, height: 9)),
        ] {
            let picture = NoisePicture(
                format: entry.format, size: ImageSize(width: width, height: height), matrix: entry.matrix,
                isFullRange: isFullRange, isNominal: false)
            let source = Source(
                frame: try picture.frame(seed: UInt64(width)), shift: entry.shift, weights: entry.weights,
                isFullRange: isFullRange)
            let largest = try largestDifference(picture.info(), source, target)
            #expect(largest <= 2, "\(width)x\(height) to \(target)")
        }
    }

    private func largestDifference(_ info: VideoInfo, _ source: Source, _ target: ImageSize) throws -> Double {
        let form = try Preprocessor(description: TensorPaths.plain(.stretch, target.width, target.height)).form
        let converter = TensorConverter(displayed: info, as: form, kernels: InstructionSet.available[0])
        var values: [Float] = []
        _ = try #require(converter.convert(source.frame, into: &values))
        var largest = 0.0
        for index in 0..<target.area {
            let expected = Self.resized(source, index % target.width, index / target.width, target)
            for (plane, level) in [expected.blue, expected.green, expected.red].enumerated() {
                largest = max(largest, abs(level - Double(values[plane * target.area + index])))
            }
        }
        return largest
    }
}
