import ProtobufSchemas

/// Puts the nodes of functions that a model defines, and of branches that do not depend on the picture, in the place of the
/// nodes that stand for them: exporters of PyTorch write both.
struct ModelExpansion {
    /// Functions that call each other deeper than this call each other without end.
    private static let maximumDepth = 32

    private let functions: [OperatorKey: Onnx_FunctionProto]
    private var names: ExpandedNames
    private var choice: BranchChoice
    /// Nodes in the order of the file, those of functions and branches in place.
    private var nodes: [Onnx_NodeProto] = []
    private var initializers: [Onnx_TensorProto]

    /// `model` without calls of its functions, and with one branch of each If whose condition is known. A function of another
    /// version of the standard operators stays, and so does an If that the picture decides; neither can be converted.
    static func expanded(_ model: Onnx_ModelProto, folder: String?) throws(ModelFailure) -> Onnx_ModelProto {
        guard !model.functions.isEmpty || model.graph.node.contains(where: { $0.opType == "If" }) else { return model }
        var expansion = ModelExpansion(model, folder: folder)
        for (index, node) in model.graph.node.enumerated() {
            try expansion.add(node, rest: model.graph.node[(index + 1)...], depth: 0)
        }
        var expanded = model
        expanded.functions = []
        expanded.graph.node = expansion.nodes
        expanded.graph.initializer = expansion.initializers
        return expanded
    }

    private init(_ model: Onnx_ModelProto, folder: String?) {
        let opset = model.opsetImport.standardVersion
        functions = Dictionary(
            model.functions.filter { $0.opsetImport.standardVersion ?? opset == opset }
                .map { (OperatorKey(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { first, _ in first })
        names = ExpandedNames(model.graph)
        choice = BranchChoice(model, folder: folder)
        initializers = model.graph.initializer
    }

    /// Adds `node`, or the nodes it stands for.
    /// - Parameter rest: nodes behind it, of which a condition may be made where a file has an odd order.
    private mutating func add(
        _ node: Onnx_NodeProto, rest: ArraySlice<Onnx_NodeProto>, depth: Int
    ) throws(ModelFailure) {
        let key = OperatorKey(domain: node.domain, name: node.opType)
        var inner: [Onnx_NodeProto]?
        if let function = functions[key] {
            inner = names.body(of: function, called: node)
        } else if node.opType == "If", key.isStandard {
            let isTrue = choice.condition(of: node, nodes: nodes + rest, initializers: initializers)
            if let branch = isTrue.flatMap({ node.branch($0) }) {
                let (body, constants) = names.body(of: branch, chosenBy: node)
                initializers += constants
                inner = body
            }
        }
        guard let inner else { return try append(node) }
        guard depth < Self.maximumDepth else {
            throw ModelFailure(
                .invalidGraph, "expand", "\(node.opType) '\(node.name)': functions call each other without end")
        }
        for node in inner { try add(node, rest: rest, depth: depth + 1) }
    }

    private mutating func append(_ node: Onnx_NodeProto) throws(ModelFailure) {
        guard nodes.count < GraphConversion.maximumNodes else {
            throw ModelFailure(
                .invalidGraph, "expand",
                "its functions and branches come to more than \(GraphConversion.maximumNodes) nodes")
        }
        nodes.append(node)
    }
}

/// What names an operator.
private struct OperatorKey: Hashable {
    let domain: String
    let name: String

    init(domain: String, name: String) {
        self.domain = domain == "ai.onnx" ? "" : domain
        self.name = name
    }

    var isStandard: Bool { domain.isEmpty }
}

extension Onnx_NodeProto {
    fileprivate func branch(_ isThen: Bool) -> Onnx_GraphProto? {
        attribute.first { $0.name == (isThen ? "then_branch" : "else_branch") }?.g.first
    }
}

extension [Onnx_OperatorSetIdProto] {
    /// Version of the standard operators; nil where none is named.
    var standardVersion: Int64? { first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version }
}
