import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// Functions that a model defines itself, and branches that do not depend on the picture.
@Suite struct ExpansionTests {
    private let x = Tensor.floats([-2, -1, 0, 3], [1, 4])

    private func node(
        _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Onnx_AttributeProto] = [],
        domain: String = ""
    ) -> Onnx_NodeProto {
        var node = Onnx_NodeProto()
        (node.opType, node.input, node.output, node.attribute, node.domain) = (
            type, inputs, outputs, attributes, domain
        )
        return node
    }

    private func function(
        _ name: String, _ inputs: [String], _ outputs: [String], _ nodes: [Onnx_NodeProto]
    ) -> Onnx_FunctionProto {
        var function = Onnx_FunctionProto()
        (function.name, function.domain, function.input, function.output) = (name, "pkg", inputs, outputs)
        function.node = nodes
        return function
    }

    private func branch(
        _ nodes: [Onnx_NodeProto], _ output: String, _ constants: [Onnx_TensorProto] = []
    ) -> Onnx_GraphProto {
        var graph = Onnx_GraphProto()
        (graph.node, graph.initializer) = (nodes, constants)
        var info = Onnx_ValueInfoProto()
        info.name = output
        graph.output = [info]
        return graph
    }

    private func graphAttribute(_ name: String, _ graph: Onnx_GraphProto) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.g) = (name, .graph, [graph])
        return attribute
    }

    @Test func functionsCallFunctions() throws {
        var sketch = ModelSketch()
        sketch.model.functions = [
            function("gate", ["x"], ["y"], [node("Sigmoid", ["x"], ["y"])]),
            // An inner value is called as one outside is.
            function(
                "silu", ["x"], ["y"],
                [node("gate", ["x"], ["v0"], domain: "pkg"), node("Mul", ["x", "v0"], ["y"])]),
        ]
        let input = sketch.input("x", [1, 4])
        let first = sketch.node("silu", [input], domain: "pkg")
        sketch.node("silu", [first], domain: "pkg")
        let graph = try sketch.evaluate(x)
        var plain = ModelSketch()
        var value = plain.input("x", [1, 4])
        for _ in 0..<2 { value = plain.node("Mul", [value, plain.node("Sigmoid", [value])]) }
        #expect(graph.isClose(to: try plain.evaluate(x)))
    }

    @Test func functionsHaveAttributesAndDefaults() throws {
        var leaky = node("LeakyRelu", ["x"], ["y"])
        var reference = Onnx_AttributeProto()
        (reference.name, reference.type, reference.refAttrName) = ("alpha", .float, "slope")
        leaky.attribute = [reference]
        var function = function("leaky", ["x"], ["y"], [leaky])
        for (attributes, defaults, slope) in [
            ([Onnx_AttributeProto.float("slope", 0.5)], [], Float(0.5)), ([], [.float("slope", 0.25)], 0.25),
            ([], [], 0.01),
        ] as [([Onnx_AttributeProto], [Onnx_AttributeProto], Float)] {
            function.attributeProto = defaults
            var sketch = ModelSketch()
            sketch.model.functions = [function]
            let input = sketch.input("x", [1, 4])
            sketch.node("leaky", [input], attributes, domain: "pkg")
            #expect(try sketch.evaluate(x) == .floats([-2 * slope, -slope, 0, 3], [1, 4]))
        }
    }

    @Test func functionsPassOperandsOn() throws {
        var sketch = ModelSketch()
        // A result that is an operand, and an operand that the call leaves away.
        sketch.model.functions = [
            function("f", ["x", "low", "high"], ["x", "cut"], [node("Clip", ["x", "low", "high"], ["cut"])])
        ]
        let input = sketch.input("x", [1, 4])
        sketch.node("f", [input, sketch.floats([-1], [])], outputs: ["a", "b"], domain: "pkg")
        sketch.node("Add", ["a", "b"])
        #expect(try sketch.evaluate(x) == .floats([-3, -2, 0, 6], [1, 4]))
    }

    @Test func functionsWithoutEndAreErrors() throws {
        var sketch = ModelSketch()
        sketch.model.functions = [function("f", ["x"], ["y"], [node("f", ["x"], ["y"], domain: "pkg")])]
        let input = sketch.input("x", [1, 4])
        sketch.output(sketch.node("f", [input], domain: "pkg"))
        #expect(try sketch.failure()?.reason.contains("call each other without end") == true)
        // Each calls the next twice: two to the power of thirty nodes.
        sketch.model.functions = (0..<30).map { level in
            let body = ["a", "b"].map { node("f\(level + 1)", ["x"], [$0], domain: "pkg") }
            return function("f\(level)", ["x"], ["y"], body + [node("Add", ["a", "b"], ["y"])])
        }
        sketch.model.functions.append(function("f30", ["x"], ["y"], [node("Relu", ["x"], ["y"])]))
        sketch.model.graph.node[0].opType = "f0"
        #expect(try sketch.failure()?.reason.contains("come to more than") == true)
    }

    @Test func functionsOfOtherOperatorSetsAreNamed() throws {
        var other = function("f", ["x"], ["y"], [node("Relu", ["x"], ["y"])])
        var version = Onnx_OperatorSetIdProto()
        version.version = 7
        other.opsetImport = [version]
        var sketch = ModelSketch()
        sketch.model.functions = [other]
        let input = sketch.input("x", [1, 4])
        sketch.output(sketch.node("f", [input], domain: "pkg"))
        #expect(try sketch.failure()?.reason.contains("pkg.f") == true)
    }

    /// If with a constant or with what a shape says; both branches have the same inner names, and read from outside.
    @Test(arguments: [true, false]) func knownBranchesAreTaken(isTrue: Bool) throws {
        for isComputed in [true, false] {
            var sketch = ModelSketch()
            let input = sketch.input("x", [1, 4])
            let condition: String
            if isComputed {
                let count = sketch.node(
                    "Gather", [sketch.node("Shape", [input]), sketch.integers(1)], [.int("axis", 0)])
                condition = sketch.node("Equal", [count, sketch.integers(isTrue ? 4 : 5)])
            } else {
                condition = sketch.initializer(.truth(isTrue), named: "condition")
            }
            var added = Onnx_TensorProto.floats([10], [1])
            added.name = "inner"
            let then = branch([node("Add", [input, "inner"], ["result"])], "result", [added])
            let otherwise = branch([], input)
            let chosen = sketch.node(
                "If", [condition], [graphAttribute("then_branch", then), graphAttribute("else_branch", otherwise)])
            sketch.node("Neg", [chosen])
            #expect(try sketch.evaluate(x) == .floats(isTrue ? [-8, -9, -10, -13] : [2, 1, 0, -3], [1, 4]))
        }
    }

    /// A condition that comes out the same for different open sides is known, another one is not.
    @Test func openSidesMayDecideNothing() throws {
        for (axis, isKnown) in [(Int64(0), true), (1, true), (2, false)] {
            var sketch = ModelSketch()
            let input = sketch.input("x", [0, 3, 0])
            let extent = sketch.node(
                "Gather", [sketch.node("Shape", [input]), sketch.integers(axis)], [.int("axis", 0)])
            let condition = sketch.node("Less", [extent, sketch.integers(400)])
            let same = branch([], input)
            sketch.output(
                sketch.node(
                    "If", [condition], [graphAttribute("then_branch", same), graphAttribute("else_branch", same)]))
            #expect((try sketch.failure() == nil) == isKnown)
        }
    }

    @Test func unknownBranchesAreErrors() throws {
        var sketch = ModelSketch()
        let input = sketch.input("x", [1, 4])
        let condition = sketch.node(
            "Less", [sketch.node("ReduceMax", [input], [.int("keepdims", 0)]), sketch.floats([0], [])])
        let same = branch([], input)
        sketch.output(
            sketch.node("If", [condition], [graphAttribute("then_branch", same), graphAttribute("else_branch", same)]))
        #expect(try sketch.failure()?.reason.contains("If with a condition that depends on the picture") == true)
    }
}

extension Onnx_TensorProto {
    fileprivate static func truth(_ value: Bool) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.dataType, tensor.int32Data) = (9, [value ? 1 : 0])
        return tensor
    }
}
