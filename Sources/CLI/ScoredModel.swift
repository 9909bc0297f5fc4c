import Evaluation
import GraphIR
import Imaging
import ObjectDetection
import Tensors

/// A model, how good it is, what it costs and how long it takes.
struct ScoredModel {
    let name: String
    let path: String
    let precision: Precision
    /// Width and height of its input, pixels.
    let inputSize: [Int]
    /// Overlap above which the weaker of two boxes went.
    let iou: Float
    let parameters: Int
    /// Products of one inference.
    let multiplyAdds: Int
    let result: COCOResult
    /// This program's, then other engines'.
    let times: [EngineTime]

    init(_ contender: Contender, _ result: COCOResult, times: [EngineTime]) {
        let model = contender.model
        (name, path, precision, iou) = (model.name, model.path, contender.precision, contender.iou)
        inputSize = [model.description.inputSize.width, model.description.inputSize.height]
        parameters = model.graph.parameterCount
        multiplyAdds = model.graph.multiplyAdds(types: model.types)
        (self.result, self.times) = (result, times)
    }

    /// Bytes of the parameters in the precision that is computed in.
    var weightBytes: Int {
        switch precision {
        case .f32: 4 * parameters
        case .bf16: 2 * parameters
        case .int8: parameters
        }
    }

    /// This program's time with most threads.
    var ownTime: EngineTime? { times.filter(\.isOwn).max { $0.threads < $1.threads } }

    /// Percentage points of AP for each millisecond of the fastest inference with most threads; nil without either.
    var precisionPerMillisecond: Double? {
        guard let ownTime, result.averagePrecision >= 0 else { return nil }
        return 100 * result.averagePrecision / ownTime.minimum
    }
}

extension ScoredModel: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name = "model"
        case path = "file"
        case precision, iou, parameters, figures, categories, times
        case inputSize = "input_size"
        case weightBytes = "weight_bytes"
        case multiplyAdds = "multiply_adds"
        case precisionPerMillisecond = "ap_percent_per_ms"
    }

    private struct Category: Encodable {
        let id: Int
        let name: String
        let objects: Int
        let precision: Double
        let precision50: Double

        private enum CodingKeys: String, CodingKey {
            case id, name, objects
            case precision = "AP"
            case precision50 = "AP50"
        }

        init(_ result: COCOResult.CategoryResult) {
            (id, name, objects) = (result.category.id, result.category.name, result.objectCount)
            (precision, precision50) = (result.averagePrecision, result.averagePrecision50)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(path, forKey: .path)
        try container.encode(precision.rawValue, forKey: .precision)
        try container.encode(inputSize, forKey: .inputSize)
        try container.encode(iou, forKey: .iou)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(weightBytes, forKey: .weightBytes)
        try container.encode(multiplyAdds, forKey: .multiplyAdds)
        let figures = Dictionary(result.figures.map { ($0.name, $0.value) }) { first, _ in first }
        try container.encode(figures, forKey: .figures)
        try container.encode(result.categories.map(Category.init), forKey: .categories)
        try container.encode(times, forKey: .times)
        try container.encodeIfPresent(precisionPerMillisecond, forKey: .precisionPerMillisecond)
    }
}
