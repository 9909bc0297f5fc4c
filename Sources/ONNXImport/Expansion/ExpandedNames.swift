import GraphIR
import ProtobufSchemas

/// Gives the values inside functions and branches names that nothing else in the model has.
struct ExpandedNames {
    private var used: UniqueNames

    init(_ graph: Onnx_GraphProto) {
        var names = Set(graph.initializer.map(\.name)).union(graph.input.map(\.name))
        for node in graph.node { names.formUnion(node.output) }
        used = UniqueNames(used: names)
    }

    /// The nodes of `function` with the operands, results and attributes of the node `call`.
    mutating func body(of function: Onnx_FunctionProto, called call: Onnx_NodeProto) -> [Onnx_NodeProto] {
        var scope = Scope(prefix: call.prefix, renamesAll: true)
        scope.attributes = Dictionary(
            function.attributeProto.map { ($0.name, $0) } + call.attribute.map { ($0.name, $0) },
            uniquingKeysWith: { _, last in last })
        for (index, name) in function.input.enumerated() {
            scope.names[name] = index < call.input.count ? call.input[index] : ""
        }
        return body(function.node, results: function.output, of: call, &scope)
    }

    /// The nodes and initialisers of `branch`, whose results are those of the node `chooser`.
    mutating func body(
        of branch: Onnx_GraphProto, chosenBy chooser: Onnx_NodeProto
    ) -> (nodes: [Onnx_NodeProto], initializers: [Onnx_TensorProto]) {
        var scope = Scope(prefix: chooser.prefix, renamesAll: false)
        let constants = branch.initializer.map { tensor in
            var tensor = tensor
            tensor.name = scope.define(tensor.name, &used)
            return tensor
        }
        return (body(branch.node, results: branch.output.map(\.name), of: chooser, &scope), constants)
    }

    private mutating func body(
        _ nodes: [Onnx_NodeProto], results: [String], of outer: Onnx_NodeProto, _ scope: inout Scope
    ) -> [Onnx_NodeProto] {
        let made = Set(nodes.flatMap(\.output))
        var passed: [(from: String, to: String)] = []
        for (name, result) in zip(results, outer.output) where !result.isEmpty {
            // What is made outside, or is two results at once, is passed on.
            if made.contains(name), scope.names[name] == nil {
                scope.names[name] = result
            } else {
                passed.append((name, result))
            }
        }
        for name in nodes.flatMap(\.output) where !name.isEmpty { _ = scope.define(name, &used) }
        var body = nodes.map { scope.renamed($0, &used) }
        for (name, result) in passed {
            var identity = Onnx_NodeProto()
            (identity.opType, identity.name) = ("Identity", "\(outer.prefix)/\(name)")
            (identity.input, identity.output) = ([scope.current(name, &used)], [result])
            body.append(identity)
        }
        return body
    }
}

extension Onnx_NodeProto {
    fileprivate var prefix: String { name.isEmpty ? output.first ?? opType : name }
}

/// How names of one function's body or branch read outside.
private struct Scope {
    let prefix: String
    /// Whether names that are not defined are the body's own, too, which sees nothing of the outside; else they mean what they mean there.
    let renamesAll: Bool
    var names: [String: String] = [:]
    /// What attributes of the body may refer to.
    var attributes: [String: Onnx_AttributeProto]?

    init(prefix: String, renamesAll: Bool) {
        self.prefix = prefix
        self.renamesAll = renamesAll
    }

    /// The new name of a value that the body makes.
    mutating func define(_ name: String, _ used: inout UniqueNames) -> String {
        if let known = names[name] { return known }
        let new = used.claim("\(prefix)/\(name)")
        names[name] = new
        return new
    }

    /// What `name` is outside.
    mutating func current(_ name: String, _ used: inout UniqueNames) -> String {
        if name.isEmpty { return name }
        return renamesAll ? define(name, &used) : names[name] ?? name
    }

    mutating func renamed(_ node: Onnx_NodeProto, _ used: inout UniqueNames) -> Onnx_NodeProto {
        var node = node
        node.name = "\(prefix)/\(node.name)"
        for index in node.input.indices { node.input[index] = current(node.input[index], &used) }
        for index in node.output.indices { node.output[index] = current(node.output[index], &used) }
        if let attributes { node.attribute = node.attribute.compactMap { $0.resolved(by: attributes) } }
        for index in node.attribute.indices where !node.attribute[index].g.isEmpty {
            node.attribute[index].g = node.attribute[index].g.map { renamed($0, &used) }
        }
        return node
    }

    private mutating func renamed(_ graph: Onnx_GraphProto, _ used: inout UniqueNames) -> Onnx_GraphProto {
        var graph = graph
        for index in graph.initializer.indices {
            graph.initializer[index].name = current(graph.initializer[index].name, &used)
        }
        for index in graph.output.indices { graph.output[index].name = current(graph.output[index].name, &used) }
        graph.node = graph.node.map { renamed($0, &used) }
        return graph
    }
}

extension Onnx_AttributeProto {
    /// Itself, or the attribute it refers to under its own name; nil where that is neither given nor has a default.
    fileprivate func resolved(by attributes: [String: Onnx_AttributeProto]) -> Onnx_AttributeProto? {
        guard !refAttrName.isEmpty else { return self }
        var resolved = attributes[refAttrName]
        resolved?.name = name
        return resolved
    }
}
