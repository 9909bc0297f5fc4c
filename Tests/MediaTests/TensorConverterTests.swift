import Engine
import Foundation
import Imaging
import Kernels
import ObjectDetection
import TestSupport
import Testing

@testable import Media

/// Straight from the planes, as by way of a picture: swscale, then OpenCV's resize.
@Suite struct TensorConverterTests {
    private static let formats = [
        "yuv420p", "yuv422p", "yuv440p", "yuv444p", "yuv411p", "yuv410p", "yuvj420p", "yuvj422p", "yuva420p", "nv12",
        "nv21", "nv16", "nv24", "gray", "gray10le", "yuv420p9le", "yuv420p10le", "yuv422p10le", "yuv444p12le",
        "yuv420p14le", "yuv422p16le", "yuva444p10le",
    ]
    private static let sizes = [
        ImageSize(width: 64, height: 48), ImageSize(width: 97, height: 63), ImageSize(width: 22, height: 100),
        ImageSize(width: 133, height: 40),
    ]
    private static let orientations = (0..<8).map { Orientation(quarterTurns: $0 % 4, isMirrored: $0 >= 4) }

    private func description(_ mode: ResizeMode, _ size: ImageSize) -> ModelDescription {
        var description = ModelDescription(head: .yolox, inputSize: size, labels: ["a"], outputNames: ["o"])
        description.resizeMode = mode
        return description
    }

    /// The largest difference between both ways, and the mean of it, in grey levels.
    private func difference(
        _ picture: NoisePicture, _ frame: VideoFrame, _ description: ModelDescription
    ) throws -> (largest: Float, mean: Float) {
        var preprocessor = try Preprocessor(description: description)
        let converter = TensorConverter(
            displayed: picture.info, as: preprocessor.form, kernels: InstructionSet.available[0])
        var (expected, found): ([Float], [Float]) = ([], [])
        let image = try RGBConverter(displayed: picture.info).convert(frame)
        let letterbox = preprocessor.write(image, into: &expected)
        #expect(converter.convert(frame, into: &found) == letterbox)
        try #require(found.count == expected.count)
        let differences = zip(found, expected).map { abs($0 - $1) }
        return (differences.max() ?? 0, differences.reduce(0, +) / Float(differences.count))
    }

    @Test(arguments: formats) func everyFormat(format: String) throws {
        for (index, size) in Self.sizes.enumerated() {
            for target in [ImageSize(width: 32, height: 24), ImageSize(width: 50, height: 50)] {
                let picture = NoisePicture(format: format, size: size)
                let frame = try picture.frame(seed: UInt64(index))
                let (largest, mean) = try difference(picture, frame, description(.letterbox, target))
                print("XX", format, size, target, largest, mean)
            }
        }
    }
}
