import Engine
import GraphIR
import ONNXExport
import ONNXImport
import Tensors
import TestSupport
import Testing

/// Damaged models of every operator: each is an error or a graph, never a crash.
@Suite struct HostileModelTests {
    /// One slice of a long search; other seeds give others.
    @Test(arguments: [UInt64(1), 2, 3]) func damagedModelsAreErrorsOrGraphs(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var outcomes = (errors: 0, graphs: 0)
        for sample in OperatorCase.all {
            let graph = sample.graph
            let bytes = try ONNXExporter.encode(graph, types: try ShapeInference.infer(graph))
            for _ in 0..<8 {
                if Self.compiles(Self.damaged(bytes, by: &random)) {
                    outcomes.graphs += 1
                } else {
                    outcomes.errors += 1
                }
            }
        }
        #expect(outcomes.errors > 100 && outcomes.graphs > 20)
    }

    /// Whether the bytes become kernel calls; every other end is an error that says why.
    private static func compiles(_ bytes: [UInt8]) -> Bool {
        do {
            var graph = try ONNXImporter.decode(bytes, name: "hostile.onnx")
            let types = try PassPipeline.standard.run(&graph)
            _ = try CompiledModel(graph: graph, types: types)
            return true
        } catch {
            #expect(!"\(error)".isEmpty && !"\(error)".contains("\n"))
            return false
        }
    }

    /// The bytes with one to three changes: a byte, a run left out, a run twice, the end cut off.
    private static func damaged(_ bytes: [UInt8], by random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where bytes.count > 8 {
            let first = Int.random(in: 0..<bytes.count, using: &random)
            let run = first..<min(bytes.count, first + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.removeSubrange(run)
            case 1: bytes.insert(contentsOf: Array(bytes[run]), at: first)
            case 2: bytes.removeSubrange(run.upperBound...)
            case 3: bytes.replaceSubrange(run, with: Array(repeating: 0xff, count: run.count))
            case 4: bytes[first] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: bytes[first] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return bytes
    }
}
