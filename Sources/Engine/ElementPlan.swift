import GraphIR
import Kernels

/// How the feature maps of a model are stored.
///
/// In a model of lower precision, what becomes a result (or is read row-major for other reasons) keeps all bits of its sums:
/// predictions are few, and their errors are those of the boxes and scores.
struct ElementPlan {
    private let precision: ElementKind
    /// Values that stay 32-bit floats.
    private var exact: Set<String>

    init(graph: Graph, precision: ElementKind) {
        self.precision = precision
        exact = Set(graph.outputs)
        guard precision != .float32 else { return }
        for node in graph.nodes.reversed() {
            switch node.operation {
            case .convolution, .maxPool, .averagePool, .globalAveragePool, .resize: continue
            case .activation, .clip, .concat, .split, .slice, .identity, .binary:
                guard node.outputs.contains(where: exact.contains) else { continue }
                exact.formUnion(node.inputs)
            default: exact.formUnion(node.inputs)
            }
        }
    }

    /// How the value `name` is stored where it is a feature map.
    func element(of name: String) -> ElementKind { exact.contains(name) ? .float32 : precision }
}

extension GraphLowering {
    /// A feature map stored as `element`, converted where it is stored otherwise.
    mutating func featureMap(
        _ name: String, for node: Node, stored element: ElementKind
    ) throws(EngineError) -> BlockedStorage {
        let storage = try featureMap(name, for: node)
        guard storage.element != element else { return storage }
        if let converted = conversions[name] { return converted }
        var converted = storage
        converted.element = element
        converted.reference = StorageReference(buffer: newBuffer(converted.words))
        conversions[name] = converted
        append(node.name, reads: [storage.reference], writes: [converted.reference]) { [converted] plan in
            .map(
                MapOperation(
                    input: ArrayView(offset: plan.offset(of: storage.reference)),
                    output: plan.offset(of: converted.reference), count: storage.count, epilogue: Epilogue(),
                    inputElement: storage.element, outputElement: element))
        }
        return converted
    }
}
