import GraphIR
import Tensors
import Testing

@Suite struct GraphInvariantsTests {
    private func node(
        _ name: String, _ inputs: [String], _ outputs: [String], _ operation: Operator = .identity
    ) -> Node {
        Node(name: name, operation: operation, inputs: inputs, outputs: outputs)
    }

    private func graph(_ nodes: [Node], outputs: [String] = ["y"], constants: [String: Tensor] = [:]) -> Graph {
        Graph(
            name: "g", inputs: [GraphInput(name: "x", elementType: .float32, dimensions: [1])], outputs: outputs,
            nodes: nodes, constants: constants)
    }

    private func reason(_ graph: Graph) -> String? {
        do throws(GraphError) { try graph.validate() } catch { return error.description }
        return nil
    }

    @Test func acceptsValidGraphs() {
        #expect(reason(graph([node("a", ["x"], ["y"])])) == nil)
        #expect(reason(graph([], outputs: ["x"])) == nil)
        #expect(reason(graph([], outputs: ["c"], constants: ["c": .scalar(1)])) == nil)
    }

    @Test func namesWhatIsWrong() {
        #expect(
            reason(graph([node("a", ["x"], ["y"]), node("a", ["x"], ["z"])]))
                == "Identity 'a': two nodes have this name")
        #expect(
            reason(graph([node("a", ["x"], ["y"]), node("b", ["x"], ["y"])]))
                == "Identity 'b': the value 'y' has two producers")
        #expect(reason(graph([node("a", ["x"], ["x"])]))?.contains("two producers") == true)
        #expect(
            reason(graph([node("a", ["x"], ["y"])], constants: ["y": .scalar(1)]))?.contains("two producers") == true)
        #expect(reason(graph([node("a", ["q"], ["y"])]))?.contains("'q' has no producer before") == true)
        #expect(reason(graph([node("a", ["b"], ["y"]), node("b", ["x"], ["b"])]))?.contains("before") == true)
        #expect(reason(graph([node("a", ["x"], ["z"])])) == "Output 'y': nothing computes it")
        #expect(reason(graph([node("a", ["x", "x"], ["y"])]))?.contains("2 operands") == true)
        #expect(reason(graph([node("a", ["x", ""], ["y"], .binary(.add))]))?.contains("operand 1 is absent") == true)
        #expect(reason(graph([node("a", ["x"], ["y", "z"])]))?.contains("2 results") == true)
        #expect(reason(graph([node("a", ["x"], [])]))?.contains("no result") == true)
        #expect(reason(graph([node("a", ["x"], [""])]))?.contains("no name") == true)
    }

    @Test func messagesAreOneLine() {
        let text = reason(graph([node("a\nb\u{7}" + String(repeating: "c", count: 5000), ["q"], ["y"])])) ?? ""
        #expect(!text.contains { $0.isNewline || $0 == "\u{7}" })
        #expect(text.count < 700)
    }

    @Test func sortsIntoTopologicalOrder() throws {
        var shuffled = graph([node("b", ["a"], ["y"]), node("a", ["x"], ["a"]), node("c", ["x"], ["c"])])
        try shuffled.sortTopologically()
        #expect(shuffled.nodes.map(\.name) == ["a", "b", "c"])
        try shuffled.validate()
        try shuffled.sortTopologically()
        #expect(shuffled.nodes.map(\.name) == ["a", "b", "c"])
    }

    @Test func findsCycles() {
        var cyclic = graph([node("a", ["y"], ["b"]), node("b", ["b"], ["y"])])
        #expect { try cyclic.sortTopologically() } throws: { ($0 as? GraphError)?.code == .cyclicGraph }
        var own = graph([node("a", ["y"], ["y"])])
        #expect { try own.sortTopologically() } throws: { ($0 as? GraphError)?.code == .cyclicGraph }
    }

    @Test func sortsDeepGraphsWithoutRecursion() throws {
        let count = 20_000
        let chain = (0..<count).map { node("n\($0)", [$0 == 0 ? "x" : "v\($0 - 1)"], ["v\($0)"]) }
        var deep = graph(chain.reversed(), outputs: ["v\(count - 1)"])
        try deep.sortTopologically()
        #expect(deep.nodes.first?.name == "n0" && deep.nodes.last?.name == "n\(count - 1)")
    }

    @Test func indexKnowsUsersAndProducers() {
        let index = GraphIndex(graph([node("a", ["x"], ["a"]), node("b", ["a", "a"], ["y"], .binary(.add))]))
        #expect(index.producer(of: "y") == 1 && index.producer(of: "x") == nil)
        #expect(index.users(of: "a") == [1, 1] && index.onlyUser(of: "a") == nil)
        #expect(index.onlyUser(of: "x") == 0 && index.onlyUser(of: "y") == nil && index.isOutput("y"))
    }
}
