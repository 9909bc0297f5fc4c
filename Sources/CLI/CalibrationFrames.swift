import Engine
import Imaging
import Media
import ObjectDetection
import Worker

/// Frames of several videos or pictures as a model's inputs.
struct CalibrationFrames {
    let paths: [String]
    /// Of all videos together.
    let count: Int
    let description: ModelDescription

    /// How many frames to take of each video: equal parts, the first ones one more where that does not divide.
    var shares: [Int] { paths.indices.map { (count + paths.count - 1 - $0) / paths.count } }

    /// Hands over one input after another, with its number from 1 on, in the videos' order.
    /// - Returns: how many there were.
    func visit(_ body: (_ input: [Float], _ number: Int) throws -> Void) throws -> Int {
        let preprocessor = try Preprocessor(description: description)
        var number = 0
        for (path, share) in zip(paths, shares) where share > 0 {
            let sample = SampledFrames(path: path, count: share)
            var converter = FrameConverter(
                displayed: try sample.info(), preprocessor: preprocessor, kernels: InstructionSet.available[0])
            var values: [Float] = []
            try sample.forEachDecoded { frame in
                _ = try converter.convert(frame, into: &values)
                number += 1
                try body(values, number)
            }
        }
        return number
    }
}

extension ModelDescription {
    /// What the elements of the model's input can be.
    var inputRange: ClosedRange<Float> {
        let ends = inputForm.channels.flatMap { [Float($0.offset), Float(255 * $0.factor + $0.offset)] }
        return (ends.min() ?? 0)...(ends.max() ?? 0)
    }
}
