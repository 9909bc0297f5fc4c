import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

@Suite struct ExternalDataTests {
    /// Imports a model whose tensor of two floats is kept at `location`; the folder above holds `secret.bin`.
    private func load(
        _ location: String?, offset: String? = nil, length: String? = nil, count: Int64 = 2, copies: Int = 1,
        prepare: (URL) throws -> Void = { _ in }
    ) throws -> Result<Graph, ONNXImportError> {
        let top = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: top) }
        let folder = top.appendingPathComponent("model")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bytes: [UInt8] = [9, 9, 9, 9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]
        try Data(bytes).write(to: folder.appendingPathComponent("weights.bin"))
        try Data(bytes).write(to: top.appendingPathComponent("secret.bin"))
        try prepare(folder)
        var sketch = ModelSketch()
        for copy in 0..<copies {
            var tensor = Onnx_TensorProto()
            tensor.dataType = 1
            tensor.dims = [count]
            tensor.dataLocation = .external
            for (key, value) in [("location", location), ("offset", offset), ("length", length)] {
                guard let value else { continue }
                var entry = Onnx_StringStringEntryProto()
                (entry.key, entry.value) = (key, value)
                tensor.externalData.append(entry)
            }
            sketch.output(sketch.initializer(tensor, named: "c\(copy)"))
        }
        let file = folder.appendingPathComponent("model.onnx")
        try Data(try sketch.bytes()).write(to: file)
        do throws(ONNXImportError) { return .success(try ONNXImporter.load(path: file.path)) } catch {
            return .failure(error)
        }
    }

    private func reason(_ result: Result<Graph, ONNXImportError>) -> String {
        if case .failure(let error) = result, error.code == .externalData { return error.reason }
        return ""
    }

    @Test func readsTheNamedBytes() throws {
        let graph = try load("weights.bin", offset: "4", length: "8").get()
        #expect(graph.constants["c0"] == .floats([1, 2], [2]))
        let nested = try load("sub/w", offset: "4") { folder in
            let sub = folder.appendingPathComponent("sub")
            try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent("weights.bin"), to: sub.appendingPathComponent("w"))
        }
        #expect(try nested.get().constants["c0"] == .floats([1, 2], [2]))
    }

    @Test func staysInTheFolder() throws {
        for location in ["../secret.bin", "/etc/passwd", "sub/../../secret.bin", "./../secret.bin"] {
            #expect(reason(try load(location)).contains("outside the model's folder"), "\(location)")
        }
        let linked = try load("link.bin") { folder in
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("link.bin"),
                withDestinationURL: folder.deletingLastPathComponent().appendingPathComponent("secret.bin"))
        }
        #expect(reason(linked).contains("outside the model's folder"))
    }

    @Test func namesWhatIsMissing() throws {
        #expect(reason(try load("absent.bin")).contains("missing"))
        #expect(reason(try load(nil)).contains("no file"))
        #expect(reason(try load("")).contains("outside"))
        #expect(reason(try load(".")).contains("outside"))
        #expect(reason(try load("weights.bin", offset: "8")).contains("has 12"))
        #expect(reason(try load("weights.bin", offset: "\(Int.max)")).contains("has 12"))
        #expect(reason(try load("weights.bin", offset: "-4")).contains("position"))
        #expect(reason(try load("weights.bin", length: "4")).contains("needs 8"))
        #expect(reason(try load("weights.bin", count: 1 << 30)).contains("has 12"))
        #expect(reason(try load("weights.bin", copies: 5)).contains("overlaps"))
    }

    @Test func modelsInMemoryHaveNoFolder() throws {
        var sketch = ModelSketch()
        var tensor = Onnx_TensorProto()
        tensor.dataType = 1
        tensor.dims = [1]
        tensor.dataLocation = .external
        var entry = Onnx_StringStringEntryProto()
        (entry.key, entry.value) = ("location", "weights.bin")
        tensor.externalData = [entry]
        sketch.output(sketch.initializer(tensor, named: "c"))
        #expect(try sketch.failure()?.code == .externalData)
    }
}
