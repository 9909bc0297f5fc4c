import Foundation
package import GraphIR
import ProtobufSchemas

/// Reads ONNX models, operator sets 7 and later.
package enum ONNXImporter {
    /// The graph of a model file, as the file has it: not optimised, symbolic extents open, float16 and double as float32.
    /// - Parameters:
    ///   - path: the `.onnx` file; tensors kept in other files are looked for in its folder.
    ///   - outputs: names of the values to compute, which may be inside the graph; what they do not depend on is left
    ///     out and need not be supported. nil for the model's own outputs.
    /// - Throws: `ONNXImportError` with the file's name and one clear reason.
    package static func load(path: String, outputs: [String]? = nil) throws(ONNXImportError) -> Graph {
        do throws(ModelFailure) {
            return try GraphConversion(try model(path: path), folder: folder(of: path)).graph(outputs: outputs)
        } catch {
            throw error.error(subject: path)
        }
    }

    /// As `load(path:outputs:)`, but where the model's outputs depend on one NonMaxSuppression, only what that reads: the
    /// outputs are its boxes and scores, and what follows it need not be supported.
    ///
    /// The model as it is, and nil, where there is no NonMaxSuppression, or several.
    package static func loadBeforeSuppression(
        path: String
    ) throws(ONNXImportError) -> (graph: Graph, suppressed: SuppressedBoxes?) {
        do throws(ModelFailure) {
            let model = try model(path: path)
            let suppressed = try SuppressedBoxes(in: model.graph)
            let outputs = suppressed.map { [$0.boxes, $0.scores] }
            return (try GraphConversion(model, folder: folder(of: path)).graph(outputs: outputs), suppressed)
        } catch {
            throw error.error(subject: path)
        }
    }

    /// The model of a file, functions and branches in place.
    private static func model(path: String) throws(ModelFailure) -> Onnx_ModelProto {
        try ModelExpansion.expanded(
            try ModelFile.decode(try ModelFile.read(path: path)), folder: folder(of: path))
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    /// The graph of a model in memory; external tensor data is an error.
    /// - Parameter name: stands for the file in messages.
    package static func decode(
        _ bytes: [UInt8], name: String, outputs: [String]? = nil
    ) throws(ONNXImportError) -> Graph {
        do throws(ModelFailure) {
            guard !bytes.isEmpty else { throw ModelFailure(.empty, "read", "the model is empty") }
            let model = try ModelExpansion.expanded(try ModelFile.decode(bytes), folder: nil)
            return try GraphConversion(model, folder: nil).graph(outputs: outputs)
        } catch {
            throw error.error(subject: name)
        }
    }
}
