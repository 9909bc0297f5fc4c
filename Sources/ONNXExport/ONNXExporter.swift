import Foundation
package import GraphIR
import ProtobufSchemas

/// Writes graphs as ONNX models.
///
/// Any graph that has been through `PassPipeline.standard` can be written. What passes fused stands as operators of its own
/// again. Where the graph's quantization table says something, weights are int8 behind a DequantizeLinear, and feature maps
/// go through a QuantizeLinear and a DequantizeLinear; everything that reads such a map reads it after these.
package enum ONNXExporter {
    /// Version of the standard operator set that models are written in: the first in which every operator of a graph has a form.
    package static let operatorSet = 19
    /// The version of the file format that goes with the operator set.
    static let formatVersion: Int64 = 9

    /// The bytes of a model file.
    /// - Parameters:
    ///   - graph: valid, its weights anything; those with scales are rounded to multiples of them.
    ///   - types: the type of every value, from `PassPipeline.run`.
    /// - Throws: where the graph is too large for one file.
    package static func encode(_ graph: Graph, types: [String: TensorType]) throws(ONNXExportError) -> [UInt8] {
        let model = try ModelEncoding(graph, types: types).model()
        do {
            return try ONNXModelCoding.encode(model)
        } catch {
            throw ModelSize.fault
        }
    }

    /// Writes a model file; it appears whole or not at all, in the place of one that is there.
    package static func write(
        _ graph: Graph, types: [String: TensorType], to path: String
    ) throws(ONNXExportError) {
        let bytes = try encode(graph, types: types)
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ONNXExportError(
                .unwritable, operation: "write", subject: path,
                reason: "the folder is missing, not writable or full; choose another place")
        }
    }
}
