import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// Files that are no models, and models that are no graphs.
@Suite struct ModelFileTests {
    private func sketch() -> ModelSketch {
        var sketch = ModelSketch()
        let x = sketch.input("x", [1, 2])
        sketch.output(sketch.node("Add", [x, sketch.floats([1, 2], [2])]))
        return sketch
    }

    private func code(_ bytes: [UInt8]) throws -> ONNXImportError.Code? {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("model.onnx")
        try Data(bytes).write(to: file)
        do throws(ONNXImportError) { _ = try ONNXImporter.load(path: file.path) } catch {
            #expect(error.description.hasPrefix(file.path + ": "))
            return error.code
        }
        return nil
    }

    @Test func readsWhatItWrote() throws {
        var sketch = sketch()
        var entry = Onnx_StringStringEntryProto()
        (entry.key, entry.value) = ("names", "{0: 'person'}")
        sketch.model.metadataProps = [entry]
        let bytes = try sketch.bytes()
        #expect(try ONNXModelCoding.decode(bytes) == sketch.model)
        #expect(try code(bytes) == nil)
        let graph = try sketch.graph()
        #expect(graph.metadata == ["names": "{0: 'person'}"])
        #expect(graph.inputs == [GraphInput(name: "x", elementType: .float32, dimensions: [1, 2])])
    }

    @Test func missingFoldersAndFiles() throws {
        for path in ["/nonexistent/model.onnx", FileManager.default.temporaryDirectory.path] {
            #expect { try ONNXImporter.load(path: path) } throws: {
                ($0 as? ONNXImportError)?.code == .unreadable && "\($0)".hasPrefix(path)
            }
        }
    }

    @Test func filesThatAreNoModels() throws {
        #expect(try code([]) == .empty)
        #expect(try code(Array("This is a text, not a model.\n".utf8)) == .notONNX)
        #expect(try code([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]) == .notONNX)
        #expect(try code(Array(repeating: 0, count: 100)) == .notONNX)
        #expect(try code(Array(repeating: 0xff, count: 100)) == .notONNX)
    }

    /// Every prefix of a model is an error, most of them one that says so.
    @Test func modelsCutShort() throws {
        let bytes = try sketch().bytes()
        for length in 1..<bytes.count {
            let found = try code(Array(bytes[..<length]))
            #expect(found != nil, "the first \(length) bytes")
            if length > 2, length < bytes.count - 20 { #expect(found == .truncated || found == .notONNX) }
        }
        #expect(try code(Array(bytes[..<(bytes.count / 2)])) == .truncated)
    }

    @Test func modelsWithoutGraph() throws {
        var empty = ModelSketch()
        #expect(try empty.failure()?.code == .noGraph)
        empty.model.graph.name = "only a name"
        #expect(try empty.failure()?.code == .noGraph)
        var older = sketch()
        older.model.opsetImport[0].version = 6
        #expect(try older.failure()?.code == .unsupportedOpset)
        older.model.opsetImport[0].version = .max
        #expect(try older.failure()?.code == .unsupportedOpset)
    }

    @Test func outputsMayBeChosen() throws {
        var sketch = ModelSketch()
        let x = sketch.input("x", [1, 2])
        let inner = sketch.node("Relu", [x])
        sketch.output(sketch.node("NonMaxSuppression", [inner]))
        #expect(try sketch.graph(outputs: [inner]).nodes.count == 1)
        #expect(try sketch.graph(outputs: [x]).nodes.isEmpty)
        let unknown = try sketch.failure(outputs: ["nowhere"])
        #expect(unknown?.code == .unknownOutput && unknown?.description.contains("v1") == true)
        #expect(try sketch.failure(outputs: [])?.code == .unknownOutput)
    }

    /// One NonMaxSuppression is where the graph ends; what follows it need not be supported.
    @Test func modelsEndBeforeTheirSuppression() throws {
        func loaded(_ suppressions: Int) throws -> (graph: Graph, suppressed: SuppressedBoxes?) {
            let folder = try temporaryFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            var sketch = ModelSketch()
            let x = sketch.input("x", [1, 6, 4])
            let boxes = sketch.node("Relu", [x], outputs: ["boxes"])
            let scores = sketch.node("Transpose", [x], [.ints("perm", 0, 2, 1)], outputs: ["scores"])
            let count = sketch.integers(9)
            let overlap = sketch.floats([0.45], [])
            for _ in 0..<suppressions {
                let kept = sketch.node(
                    "NonMaxSuppression", [boxes, scores, count, overlap], [.int("center_point_box", 1)])
                sketch.output(sketch.node("NobodyKnows", [kept]))
            }
            if suppressions == 0 { sketch.output(scores) }
            let file = folder.appendingPathComponent("model.onnx")
            try Data(try sketch.bytes()).write(to: file)
            return try ONNXImporter.loadBeforeSuppression(path: file.path)
        }
        let one = try loaded(1)
        #expect(one.graph.outputs == ["boxes", "scores"] && one.graph.nodes.count == 2)
        #expect(one.suppressed?.boxes == "boxes" && one.suppressed?.scores == "scores")
        #expect(one.suppressed?.areCentres == true && one.suppressed?.overlap == 0.45)
        let none = try loaded(0)
        #expect(none.graph.outputs == ["scores"] && none.suppressed == nil)
        #expect { try loaded(2) } throws: { ($0 as? ONNXImportError)?.code == .unsupportedOperator }
        #expect { try ONNXImporter.loadBeforeSuppression(path: "/nonexistent/model.onnx") } throws: {
            "\($0)".hasPrefix("/nonexistent/model.onnx: ")
        }
    }

    @Test func onlyNeededInputsAreKept() throws {
        var sketch = sketch()
        _ = sketch.input("unused", [7])
        #expect(try sketch.graph().inputs.map(\.name) == ["x"])
    }
}
