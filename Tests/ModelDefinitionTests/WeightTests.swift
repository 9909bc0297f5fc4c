import GraphIR
import ModelDefinition
import Tensors
import Testing

@Suite struct WeightTests {
    private let definition: ModelDefinition
    /// The parameters of a random network, by their names.
    private let trained: [String: Tensor]

    init() throws {
        definition = try Definitions.small("[-1, 1, Conv, [16, 3, 2]]", "[-1, 1, DSConv, [16]]")
        let (graph, _) = try Definitions.network(definition).graph(foldsBatchNormalization: false)
        trained = graph.constants.filter {
            $0.key.contains(".conv.") || $0.key.contains(".bn.") || $0.key.contains(".m.")
        }
    }

    private func graph(_ tensors: [String: Tensor]) throws -> Graph {
        try DefinedNetwork(definition, width: 64, height: 64, values: .trained(tensors, source: "w.safetensors"))
            .graph(foldsBatchNormalization: true).graph
    }

    private func output(_ graph: Graph) throws -> [Float] {
        try #require(
            try ReferenceEvaluator.run(graph, inputs: ["images": .noise([1, 3, 64, 64], seed: 2)])["output"]?.floats)
    }

    /// Names are those of upstream's state dictionaries; counters and anchors beside them do no harm.
    @Test func trainedTensorsFindTheirPlace() throws {
        let names = ["model.0.conv.weight", "model.1.dw.bn.running_var", "model.1.pw.conv.weight", "model.2.m.0.bias"]
        #expect(names.allSatisfy { trained[$0] != nil } && trained.count == 17)
        var tensors = trained
        tensors["model.0.bn.num_batches_tracked"] = .scalar(4)
        tensors["model.2.anchor_grid"] = .scalar(4)
        let random = try Definitions.network(definition).graph(foldsBatchNormalization: true).graph
        #expect(try output(graph(tensors)) == output(random))
    }

    /// Anchors that training changed are in cells, and count.
    @Test func trainedAnchorsCount() throws {
        var tensors = trained
        tensors["model.2.anchors"] = Tensor([5.0, 10], shape: [1, 1, 2])
        #expect(try output(graph(tensors)) == output(graph(trained)))
        tensors["model.2.anchors"] = Tensor([10.0, 10], shape: [1, 1, 2])
        let (wide, usual) = (try output(graph(tensors)), try output(graph(trained)))
        #expect(wide[2] == 2 * usual[2] && wide[3] == usual[3])
        tensors["model.2.anchors"] = Tensor([10.0, 10], shape: [2])
        #expect(throws: ModelDefinitionError.self) { try graph(tensors) }
    }

    /// A state dictionary whose batch norms have been folded already.
    @Test func foldedTensorsFindTheirPlace() throws {
        let (folded, _) = try Definitions.network(definition).graph(foldsBatchNormalization: true)
        var tensors = trained.filter { $0.key.contains(".m.") }
        for node in folded.nodes {
            guard case .convolution = node.operation, !node.name.contains(".m.") else { continue }
            tensors[node.name + ".weight"] = folded.constants[node.inputs[1]]
            tensors[node.name + ".bias"] = folded.constants[node.inputs[2]]
        }
        #expect(tensors.count == 8)
        #expect(try output(graph(tensors)) == output(folded))
    }

    /// All that does not fit is listed.
    @Test func whatDoesNotFitIsListed() throws {
        var tensors = trained
        tensors["model.0.conv.weight"] = nil
        tensors["model.9.conv.weight"] = .scalar(1)
        tensors["model.1.pw.bn.bias"] = Tensor([1.0, 2], shape: [2])
        do {
            _ = try graph(tensors)
            Issue.record("no error")
        } catch {
            let lines = "\(error)".split(separator: "\n")
            #expect(lines.count == 7 && lines[0].hasPrefix("w.safetensors: "))
            #expect(lines[1] == "  missing: 1" && lines[2] == "    model.0.conv.weight [16, 3, 3, 3]")
            #expect(lines[3] == "  not in the network: 1" && lines[4] == "    model.9.conv.weight []")
            #expect(lines[6] == "    model.1.pw.bn.bias is [2], not [16]")
        }
        do {
            _ = try graph([:])
            Issue.record("no error")
        } catch { #expect("\(error)".contains("missing: 17") && "\(error)".contains("… and 9 more")) }
    }
}
