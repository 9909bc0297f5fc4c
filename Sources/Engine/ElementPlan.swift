import GraphIR
import Kernels

/// How the feature maps of a model are stored.
///
/// In a model of lower precision, what becomes a result (or is read row-major for other reasons) keeps all bits of its sums:
/// predictions are few, and their errors are those of the boxes and scores.
struct ElementPlan {
    private let precision: ElementKind
    /// Values that stay 32-bit floats.
    private let exact: Set<String>
    private let bytes: BytePlan

    init(graph: Graph, precision: ElementKind) {
        self.precision = precision
        exact = precision == .float32 ? [] : Self.readInFull(graph)
        bytes = precision == .uint8 ? BytePlan(graph: graph, exact: exact) : BytePlan()
    }

    /// Outputs, and what they and row-major operators are made from element by element.
    private static func readInFull(_ graph: Graph) -> Set<String> {
        var exact = Set(graph.outputs)
        for node in graph.nodes.reversed() {
            switch node.operation {
            case .convolution, .maxPool, .averagePool, .globalAveragePool, .resize: continue
            case .activation, .clip, .concat, .split, .slice, .identity, .binary:
                guard node.outputs.contains(where: exact.contains) else { continue }
                exact.formUnion(node.inputs)
            default: exact.formUnion(node.inputs)
            }
        }
        return exact
    }

    /// How the value `name` is stored where it is a feature map.
    func form(of name: String) -> StoredForm {
        if precision == .uint8 { return bytes.forms[name] ?? .float32 }
        return exact.contains(name) ? .float32 : StoredForm(element: precision)
    }

    /// The form in which the convolution `node` reads its input where it multiplies bytes.
    func operandForm(of node: Node) -> StoredForm? { bytes.operands[node.name] }
}

/// A feature map and the form it is converted to.
struct Conversion: Hashable {
    var name: String
    var form: StoredForm
}

extension GraphLowering {
    /// A feature map in the form `form`, converted where it is stored otherwise.
    mutating func featureMap(
        _ name: String, for node: Node, stored form: StoredForm
    ) throws(EngineError) -> BlockedStorage {
        convert(try featureMap(name, for: node), name, for: node.name, to: form)
    }

    /// `storage`, which holds `name`, or where that is bytes the floats they stand for.
    mutating func inFloats(
        _ storage: BlockedStorage, _ name: String, for node: String
    ) throws(EngineError) -> BlockedStorage {
        storage.element == .uint8 ? convert(storage, name, for: node, to: .float32) : storage
    }

    private mutating func convert(
        _ storage: BlockedStorage, _ name: String, for node: String, to form: StoredForm
    ) -> BlockedStorage {
        guard storage.form != form else { return storage }
        let key = Conversion(name: name, form: form)
        if let converted = conversions[key] { return converted }
        var converted = storage
        converted.form = form
        converted.reference = StorageReference(buffer: newBuffer(converted.words))
        conversions[key] = converted
        append(node, reads: [storage.reference], writes: [converted.reference]) { [converted] plan in
            var operation = MapOperation(
                input: ArrayView(offset: plan.offset(of: storage.reference)),
                output: plan.offset(of: converted.reference), count: storage.count, epilogue: Epilogue(),
                inputElement: storage.element, outputElement: form.element)
            (operation.inputScale, operation.outputScale) = (storage.form.byteScale, form.byteScale)
            return .map(operation)
        }
        return converted
    }

    /// An addend of a result of the form `form`: bytes have a scale of their own.
    mutating func addend(_ name: String, for node: Node, to form: StoredForm) throws(EngineError) -> BlockedStorage {
        guard form.element == .uint8 else { return try featureMap(name, for: node, stored: form) }
        let storage = try featureMap(name, for: node)
        if storage.element == .uint8 { return storage }
        return try featureMap(name, for: node, stored: StoredForm(graph.quantization.values[name]) ?? form)
    }
}

extension StoredForm {
    /// Bytes by the quantization of a value that has one.
    init?(_ quantization: Quantization?) {
        guard let quantization else { return nil }
        self.init(
            element: .uint8, byteScale: ByteScale(scale: quantization.scale, zero: Float(quantization.zeroPoint)))
    }
}
