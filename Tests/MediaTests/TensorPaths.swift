import Engine
import Imaging
import ObjectDetection
import Testing

@testable import Media

/// Both ways from a frame to a model's input: by a picture (swscale, then OpenCV's resize) and straight from the planes.
struct TensorPaths {
    private var preprocessor: Preprocessor
    private let pictureConverter: RGBConverter
    private let tensorConverter: TensorConverter

    init(_ info: VideoInfo, _ description: ModelDescription) throws {
        preprocessor = try Preprocessor(description: description)
        pictureConverter = RGBConverter(displayed: info)
        tensorConverter = TensorConverter(
            displayed: info, as: preprocessor.form, kernels: InstructionSet.available[0])
    }

    /// The largest and the mean difference between values; nil where only the picture's way is open.
    mutating func difference(_ frame: VideoFrame) throws -> (largest: Float, mean: Float)? {
        var (expected, found): ([Float], [Float]) = ([], [])
        guard let place = tensorConverter.convert(frame, into: &found) else { return nil }
        #expect(place == preprocessor.write(try pictureConverter.convert(frame), into: &expected))
        try #require(found.count == expected.count)
        let differences = zip(found, expected).map { abs($0 - $1) }
        return (differences.max() ?? 0, differences.reduce(0, +) / Float(differences.count))
    }

    /// A model whose input values are levels.
    static func plain(_ mode: ResizeMode, _ width: Int, _ height: Int) -> ModelDescription {
        let size = ImageSize(width: width, height: height)
        var description = ModelDescription(head: .yolox, inputSize: size, labels: ["a"], outputNames: ["o"])
        description.resizeMode = mode
        return description
    }
}
