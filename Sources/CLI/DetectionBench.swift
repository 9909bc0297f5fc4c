import Engine
import Imaging
import Media
import ObjectDetection
import Tensors
import WorkProtocol
import Worker

/// Detection on frames of a video, from the model's input, or from the decoder's frame, to boxes in frame pixels.
struct DetectionBench: Bench {
    let name: String
    private let detector: FrameDetector
    private let frames: [VideoFrame]
    /// The frames as model inputs; empty where converting is timed too.
    private let inputs: [(values: [Float], place: InputPlacement)]
    private let makeConverter: () -> FrameConverter

    let session: InferenceSession

    /// Most frames taken from the video.
    private static let frameCount = 16

    init(
        model: DescribedModel, video: String, precision: Precision, threads: Int, confidence: Float, lazyHead: Bool,
        foldsColours: Bool, fromDecoded: Bool
    ) throws(CommandError) {
        name = model.name
        do {
            detector = try FrameDetector(
                WorkerConfiguration(
                    modelPath: model.path, description: model.description, precision: precision, threads: threads,
                    scoreFloor: confidence, iou: 0.5, confidence: confidence, classes: nil, foldsColours: foldsColours,
                    encoder: EncoderSettings()),
                lazyHead: lazyHead)
            let preprocessor = try Preprocessor(description: model.description)
            let kernels = InstructionSet.available[0]
            let sample = try SampledFrames(path: video, count: Self.frameCount).decoded()
            frames = sample.frames
            makeConverter = {
                FrameConverter(
                    displayed: sample.info, preprocessor: preprocessor, kernels: kernels, foldsColours: foldsColours)
            }
            var converter = makeConverter()
            var values: [Float] = []
            session = try detector.session(for: try converter.convert(sample.frames[0], into: &values).colours)
            inputs =
                fromDecoded
                ? []
                : try sample.frames.map { frame throws(FFmpegError) in
                    var values: [Float] = []
                    let place = try converter.convert(frame, into: &values)
                    return (values, place)
                }
        } catch {
            throw CommandError(error)
        }
    }

    /// Durations in seconds, frame after frame in a circle.
    func burst(_ count: Int) throws -> [Double] {
        let clock = ContinuousClock()
        var times = StageTimes()
        var values: [Float] = []
        var converter = makeConverter()
        return try (0..<count).map { run in
            let index = run % frames.count
            if inputs.isEmpty {
                return try clock.measure {
                    let place = try converter.convert(frames[index], into: &values)
                    _ = try detector.detect(&values, at: place, times: &times)
                } / .seconds(1)
            }
            values = inputs[index].values
            return try clock.measure {
                _ = try detector.detect(&values, at: inputs[index].place, times: &times)
            } / .seconds(1)
        }
    }
}
