/// The time of an engine for a model, as `windhover eval coco --latencies` reads it.
struct TimeRecord: Encodable {
    let model: String
    let engine: String
    let threads: Int
    let minimum: Double
    let median: Double

    init(model: String, engine: String, threads: Int, _ result: Comparison.Result) {
        (self.model, self.threads) = (model, threads)
        (minimum, median) = (result.minimum, result.median)
        self.engine = Self.names[engine] ?? engine
    }

    /// What people call the runtimes.
    private static let names = [
        "onnxruntime": "ONNX Runtime", "openvino-f32": "OpenVINO f32", "openvino": "OpenVINO",
        "ort-int8": "ONNX Runtime int8", "ov-int8": "OpenVINO int8",
    ]

    private enum CodingKeys: String, CodingKey {
        case model, engine, threads
        case minimum = "minimum_ms"
        case median = "median_ms"
    }
}
