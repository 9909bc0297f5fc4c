import Imaging
import Tensors

/// Reads `[1, N, 6]`: box, score, class number. The rows are the model's own choice; those that it did not need have low scores.
struct EndToEndHead: DetectionHead {
    private let description: ModelDescription

    init(_ description: ModelDescription) { self.description = description }

    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection] {
        let name = description.outputNames[0]
        let values = try outputs[0].floatValues(output: name)
        guard outputs[0].shape.dimensions.last == 6 else {
            throw .unexpectedOutput(
                name, "shape \(outputs[0].shape) does not end in 6: box, score, class")
        }
        var found: [Detection] = []
        for start in stride(from: 0, to: values.count, by: 6) where values[start + 4] >= thresholds.scoreFloor {
            let number = values[start + 5]
            guard number >= 0, number < Float(description.labels.count), number == number.rounded() else {
                throw .unexpectedOutput(
                    name, "a detection has the class \(number), but there are \(description.labels.count) labels")
            }
            guard thresholds.wants(Int(number)) else { continue }
            found.append(
                Detection(
                    classIndex: Int(number), score: values[start + 4],
                    box: description.box(values.span.vector(at: start))))
        }
        return found
    }
}
