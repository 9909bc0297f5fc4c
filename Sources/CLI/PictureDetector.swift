import Engine
import Evaluation
import Imaging
import Media
import ObjectDetection
import WorkProtocol
import Worker

/// Finds objects in picture files, the way frames of videos go.
struct PictureDetector {
    /// A picture as a model's input.
    struct Input {
        fileprivate var values: [Float]
        fileprivate let place: InputPlacement

        /// Of the picture as displayed.
        var size: ImageSize { place.letterbox.source }
    }

    private let detector: FrameDetector
    private let preprocessor: Preprocessor
    private let map: CategoryMap

    /// - Parameter categories: numbers of those that are wanted.
    init(_ contender: Contender, confidence: Float, categories: Set<Int>, threads: Int) throws {
        map = contender.map
        let description = contender.model.description
        let wanted = contender.map.categoryIDs.filter { categories.contains($0.value) }.keys.sorted()
        detector = try FrameDetector(
            WorkerConfiguration(
                modelPath: contender.model.path, description: description, precision: contender.precision,
                threads: threads, scoreFloor: confidence, iou: contender.iou, confidence: confidence,
                classes: wanted.count == description.labels.count ? nil : wanted, encoder: EncoderSettings()))
        preprocessor = try Preprocessor(description: description)
    }

    /// A decoded picture, of the file that `info` is about, as the model takes it.
    func input(of frame: VideoFrame, in info: VideoInfo) throws -> Input {
        var converter = FrameConverter(
            displayed: info, preprocessor: preprocessor, kernels: InstructionSet.available[0])
        var values: [Float] = []
        let place = try converter.convert(frame, into: &values)
        return Input(values: values, place: place)
    }

    /// What is in a picture, strongest first.
    func detections(in input: Input, imageID: Int) throws -> [COCODetection] {
        var values = input.values
        var times = StageTimes()
        return try detector.detect(&values, at: input.place, times: &times).compactMap {
            COCODetection($0, imageID: imageID, map: map)
        }
    }
}
