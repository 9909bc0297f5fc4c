import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// Graphs whose parts do not fit, and operators that do not exist.
@Suite struct ModelWiringTests {
    @Test func cycles() throws {
        var sketch = ModelSketch()
        let x = sketch.input("x", [2])
        sketch.node("Add", [x, "b"], outputs: ["a"])
        sketch.node("Relu", ["a"], outputs: ["b"])
        sketch.output("b")
        let failure = try sketch.failure()
        #expect(failure?.code == .invalidGraph && failure?.description.contains("depends on its own result") == true)
    }

    @Test func nodesOutOfOrderAreSorted() throws {
        var sketch = ModelSketch()
        let x = sketch.input("x", [2])
        sketch.node("Exp", ["a"], outputs: ["b"])
        sketch.node("Relu", [x], outputs: ["a"])
        sketch.output("b")
        #expect(try sketch.graph().operations == [.activation(.relu), .unary(.exp)])
    }

    @Test func duplicateAndMissingProducers() throws {
        var twice = ModelSketch()
        let x = twice.input("x", [2])
        twice.output(twice.node("Relu", [x], outputs: ["a"]))
        twice.node("Exp", [x], outputs: ["a"])
        #expect(try twice.failure()?.description == "sketch.onnx: the value 'a' has two producers")
        var nobody = ModelSketch()
        nobody.output(nobody.node("Relu", ["missing"]))
        #expect(try nobody.failure()?.description.contains("'missing' has no producer") == true)
        var nothing = ModelSketch()
        nothing.output("missing")
        #expect(try nothing.failure()?.code == .invalidGraph)
    }

    @Test func initialisersListedAsInputs() throws {
        var sketch = ModelSketch()
        let x = sketch.input("x", [2])
        let weights = sketch.floats([1, 2], [2])
        _ = sketch.input(weights, [2])
        sketch.output(sketch.node("Add", [x, weights]))
        #expect(try sketch.graph().inputs.map(\.name) == ["x"])
    }

    @Test func namesAreMadeUnique() throws {
        var sketch = ModelSketch(opset: 11)
        let x = sketch.input("x", [2, 3])
        _ = sketch.floats([1], [1])
        let a = sketch.node("Unsqueeze", [x], [.ints("axes", 0)], outputs: ["n/axes"], name: "n")
        let b = sketch.node("Unsqueeze", [a], [.ints("axes", 0)], outputs: ["b"], name: "n")
        sketch.output(sketch.node("Softmax", [b], name: ""))
        let graph = try sketch.graph()
        #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
    }

    @Test func oneErrorNamesAllUnsupportedOperators() throws {
        var sketch = ModelSketch(opset: 12)
        let x = sketch.input("x", [2])
        let a = sketch.node("Einsum", [x], name: "first")
        let b = sketch.node("Einsum", [a], name: "second")
        let c = sketch.node("Attention", [b], domain: "com.microsoft", name: "third")
        let d = sketch.node("Resize", [c, "", ""], [.int("antialias", 1), .string("mode", "linear")], name: "fourth")
        sketch.output(d)
        _ = sketch.node("If", [x], name: "not needed")
        let failure = try #require(try sketch.failure())
        #expect(failure.code == .unsupportedOperator)
        let list = "Einsum (node 'first' and 1 more), com.microsoft.Attention (node 'third'), Resize with antialias"
        #expect(failure.description.contains(list) && failure.description.contains("opset 12"))
        #expect(!failure.description.contains("If"))
    }

    @Test func invalidNodes() throws {
        let cases: [(String, [Onnx_AttributeProto], String)] = [
            ("Conv", [.ints("strides", 0, 1)], "strides"), ("Conv", [.ints("pads", -1, 0, 0, 0)], "pads"),
            ("Conv", [.int("group", 0)], "groups"), ("Conv", [.string("auto_pad", "SAME")], "auto_pad"),
            ("Conv", [.float("group", 1)], "not an integer"), ("Conv", [.ints("strides", 1 << 40, 1)], "out of range"),
            ("Conv", [.ints("dilations", 1)], "2-D"), ("Concat", [], "axis"), ("Cast", [], "type"),
            ("LeakyRelu", [.int("alpha", 1)], "not a number"),
        ]
        for (type, attributes, expected) in cases {
            var sketch = ModelSketch()
            let x = sketch.input("x", [1, 1, 4, 4])
            let weights = sketch.floats([1], [1, 1, 1, 1])
            sketch.output(sketch.node(type, type == "Conv" ? [x, weights] : [x], attributes, name: "culprit"))
            let failure = try #require(try sketch.failure(), "\(type)")
            #expect(failure.code == .invalidNode)
            #expect(failure.description.contains("\(type) 'culprit'") && failure.description.contains(expected))
        }
    }

    @Test func absentOperands() throws {
        for type in ["Relu", "Conv", "Add", "Reshape", "Concat", "MatMul", "Slice", "Resize", "BatchNormalization"] {
            var sketch = ModelSketch()
            sketch.output(sketch.node(type, [], [.int("axis", 0), .ints("kernel_shape", 1, 1)]))
            #expect(try sketch.failure() != nil, "\(type)")
        }
    }

    @Test func refusesMillionsOfNodes() throws {
        var sketch = ModelSketch()
        sketch.output(sketch.input("x", [2]))
        sketch.model.graph.node = Array(repeating: Onnx_NodeProto(), count: 70_000)
        #expect(try sketch.failure()?.description.contains("70000 nodes") == true)
    }

    /// Names that a file repeats thousands of times must not take quadratic time.
    @Test(.timeLimit(.minutes(10))) func manyEqualNames() throws {
        var sketch = ModelSketch()
        var x = sketch.input("x", [2])
        for index in 0..<5_000 { x = sketch.node("Relu", [x], outputs: ["v\(index)"], name: "same") }
        sketch.output(x)
        var graph = try sketch.graph()
        #expect(graph.nodes.count == 5_000)
        try PassPipeline.standard.run(&graph)
    }
}

extension Graph {
    var operations: [GraphIR.Operator] { nodes.map(\.operation) }
}
