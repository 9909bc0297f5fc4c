import Engine
import Imaging
import Media
import ObjectDetection
import Tensors
import WorkProtocol
import Worker

/// Detection on frames of a video, from the model's input to boxes in frame pixels.
struct DetectionBench: Bench {
    let name: String
    private let detector: FrameDetector
    private let frames: [(values: [Float], letterbox: Letterbox)]

    var session: InferenceSession { detector.session }

    /// Most frames taken from the video.
    private static let frameCount = 16

    init(model: DescribedModel, video: String, threads: Int, confidence: Float, lazyHead: Bool) throws(CommandError) {
        name = model.name
        do {
            detector = try FrameDetector(
                WorkerConfiguration(
                    modelPath: model.path, description: model.description, threads: threads, scoreFloor: confidence,
                    iou: 0.5, classes: nil, encoder: EncoderSettings()), lazyHead: lazyHead)
            var preprocessor = try Preprocessor(description: model.description)
            frames = try SampledFrames(path: video, count: Self.frameCount).stills().map { still in
                let prepared = preprocessor.tensor(for: still.image)
                return (prepared.tensor.floats ?? [], prepared.letterbox)
            }
        } catch {
            throw CommandError(error)
        }
    }

    /// Durations in seconds, frame after frame in a circle.
    func burst(_ count: Int) throws -> [Double] {
        let clock = ContinuousClock()
        var times = StageTimes()
        return try (0..<count).map { run in
            let frame = frames[run % frames.count]
            var values = frame.values
            return try clock.measure {
                _ = try detector.detect(&values, letterbox: frame.letterbox, times: &times)
            } / .seconds(1)
        }
    }
}
