import GraphIR
import Kernels
import Tensors

/// Turns a graph with known shapes into kernel calls on planned memory.
///
/// Every value may exist row-major, blocked, or both; conversions are inserted where a node needs the other form.
/// Nodes are lowered in graph order by the extensions of this type, one for each operator family.
struct GraphLowering {
    let graph: Graph
    let types: [String: TensorType]
    private(set) var steps: [LoweredStep] = []
    private(set) var buffers: [MemoryPlan.Buffer] = []
    private(set) var constants: [Float] = []
    private(set) var tables: [Int] = []
    private var planar: [String: ArrayStorage] = [:]
    private var blocked: [String: BlockedStorage] = [:]
    /// Parts of maps that nothing needed by themselves so far.
    private var cuts: [String: ChannelCut] = [:]
    /// Feature maps that are needed in another form than they are stored in.
    var conversions: [Conversion: BlockedStorage] = [:]
    private var placements: [String: ConcatPlacement] = [:]
    /// By name, outputs that are made of values of the arena after a run.
    private(set) var suppressions: [String: LoweredSuppression] = [:]
    /// What whole numbers that are computed at run time can be.
    var wholeRanges: [String: ClosedRange<Int>] = [:]
    let precision: ElementKind
    /// Blocks of an output tile of convolutions without groups, 1 or 2.
    let tileBlocks: Int
    let elements: ElementPlan
    /// Which nodes are computed where demanded, and from which score on.
    let lazyHead: (head: LazyHead, floor: Float)?
    /// Integers of the demand table so far, and the position of each list in it.
    private(set) var demandCount = 0
    var demandLists: [LazyHead.Demand: Int] = [:]

    init(
        graph: Graph, types: [String: TensorType], precision: ElementKind, tileBlocks: Int,
        lazyHead: (head: LazyHead, floor: Float)? = nil
    ) throws(EngineError) {
        self.graph = graph
        self.types = types
        self.lazyHead = lazyHead
        self.precision = precision
        self.tileBlocks = tileBlocks
        let elements = ElementPlan(graph: graph, precision: precision)
        self.elements = elements
        placements = ConcatPlacement.find(in: graph, types: types).filter {
            elements.form(of: $0.key) == elements.form(of: $0.value.concatenation)
        }
        for input in graph.inputs where graph.constants[input.name] == nil {
            let type = try type(of: input.name)
            guard type.elementType == .float32 else {
                throw EngineError(
                    .unsupported, input.name, "input of type \(type.elementType.rawValue), float32 is needed")
            }
            planar[input.name] = .arena(StorageReference(buffer: newBuffer(type.shape.count)))
        }
        for node in graph.nodes { try lower(node) }
        guard lazyHead == nil else { return }
        for output in graph.outputs where suppressions[output] == nil {
            guard try type(of: output).elementType != .bool else {
                throw EngineError(.unsupported, output, "output of truth values, only float32 is supported")
            }
            _ = try array(output, for: nil)
        }
    }

    /// Where a feature map lies blocked.
    func cells(_ name: String) -> BlockedStorage? { blocked[name] }

    /// Where a graph input or output lies row-major.
    func boundary(_ name: String) -> ArrayStorage? { planar[name] }

    // MARK: Values

    func type(of name: String) throws(EngineError) -> TensorType {
        if let type = types[name] { return type }
        if let constant = graph.constants[name] { return TensorType(constant.elementType, constant.shape) }
        throw EngineError(.invalidGraph, name, "value without a known shape")
    }

    func shape(of name: String) throws(EngineError) -> Shape { try type(of: name).shape }

    /// The float elements of a constant operand, or nil where it is computed.
    func constantValues(_ name: String) -> [Float]? { graph.constants[name]?.floats }

    /// Whether `name` is a feature map `[1, C, H, W]` of floats, the shape that blocked kernels work on.
    func isFeatureMap(_ name: String) -> Bool {
        guard let type = types[name], type.elementType == .float32 else { return false }
        return type.shape.rank == 4 && type.shape[0] == 1 && type.shape.count > 0
    }

    /// Whether `name` is at hand in blocked layout.
    func hasBlocked(_ name: String) -> Bool { blocked[name] != nil || cuts[name] != nil }

    /// Where the channels of `name` are that have not been copied yet.
    func deferred(_ name: String) -> ChannelCut? { cuts[name] }

    /// How the result `name` is stored where it is a feature map.
    func form(of name: String) -> StoredForm { elements.form(of: name) }

    // MARK: Storage

    mutating func newBuffer(_ count: Int) -> Int {
        buffers.append(MemoryPlan.Buffer(count: count))
        return buffers.count - 1
    }

    mutating func addConstant(_ values: [Float]) -> Int {
        let offset = (constants.count + 15) / 16 * 16
        constants.append(contentsOf: repeatElement(0, count: offset - constants.count))
        constants.append(contentsOf: values)
        return offset
    }

    mutating func addTable(_ values: [Int]) -> Int {
        tables.append(contentsOf: values)
        return tables.count - values.count
    }

    /// Room for a list of cells.
    mutating func newDemandList(_ count: Int) -> Int {
        demandCount += count
        return demandCount - count
    }

    /// Remembers a suppression, which runs behind all steps; its operands are computed row-major.
    mutating func lowerSuppression(_ node: Node) throws(EngineError) {
        guard graph.outputs.contains(node.outputs[0]), let found = graph.suppression(making: node.outputs[0]) else {
            throw EngineError(.unsupported, node.name, "thresholds or rows that depend on the picture")
        }
        suppressions[node.outputs[0]] = LoweredSuppression(
            settings: found.settings, boxes: try array(found.boxes, for: node),
            scores: try array(found.scores, for: node),
            shape: try shape(of: found.scores))
    }

    mutating func append(
        _ node: String, reads: [StorageReference], writes: [StorageReference],
        _ make: @escaping (_ plan: MemoryPlan) -> KernelOperation
    ) {
        steps.append(LoweredStep(node: node, reads: reads, writes: writes, make: make))
    }

    /// New blocked storage for the result `name`, inside the concatenation that takes it where there is one.
    ///
    /// - Parameter form: how it is stored, by default as planned.
    mutating func makeBlocked(
        _ name: String, stored form: StoredForm? = nil
    ) throws(EngineError) -> BlockedStorage {
        if let existing = blocked[name] { return existing }
        let shape = try shape(of: name)
        var storage = BlockedStorage(
            reference: StorageReference(buffer: -1), channels: shape[1], height: shape[2], width: shape[3],
            form: form ?? self.form(of: name))
        storage.form.byteScale.channels = addChannelScales(storage.form.channelScales)
        if let placement = placements[name], storage.form == self.form(of: placement.concatenation) {
            let whole = try makeBlocked(placement.concatenation)
            storage.reference = whole.reference
            storage.reference.offset += storage.words(before: placement.firstChannel)
        } else {
            storage.reference.buffer = newBuffer(storage.words)
        }
        blocked[name] = storage
        return storage
    }

    /// New row-major storage for the result `name`.
    mutating func makeArray(_ name: String) throws(EngineError) -> StorageReference {
        let reference = StorageReference(buffer: newBuffer(try shape(of: name).count))
        planar[name] = .arena(reference)
        return reference
    }

    /// Gives `name` the storage of a value it equals.
    mutating func alias(_ name: String, planar storage: ArrayStorage) { planar[name] = storage }
    mutating func alias(_ name: String, blocked storage: BlockedStorage) { blocked[name] = storage }
    mutating func alias(_ name: String, cut: ChannelCut) { cuts[name] = cut }

    /// A feature map's blocked form, converted where it exists row-major only.
    mutating func featureMap(_ name: String, for node: Node) throws(EngineError) -> BlockedStorage {
        if let storage = blocked[name] { return storage }
        if let cut = cuts.removeValue(forKey: name) { return try copyOut(cut, as: name, for: node.name) }
        guard isFeatureMap(name) else {
            throw EngineError(
                .unsupported, node.name, "needs a feature map [1, C, H, W], '\(name)' is \(try shape(of: name))")
        }
        let source = try array(name, for: node)
        let planarReference: StorageReference
        switch source {
        case .arena(let reference): planarReference = reference
        case .constant(let offset): planarReference = try copyConstant(name, offset, for: node)
        }
        // Row-major values are floats.
        let storage = try makeBlocked(name, stored: form(of: name).element == .uint8 ? .float32 : nil)
        append(node.name, reads: [planarReference], writes: [storage.reference]) { plan in
            .reorder(
                ReorderOperation(
                    direction: .toBlocked, blocked: storage.view(plan), planar: plan.offset(of: planarReference)))
        }
        return storage
    }

    /// A value's row-major form: a constant, or converted where it exists blocked only.
    mutating func array(_ name: String, for node: Node?) throws(EngineError) -> ArrayStorage {
        if let storage = planar[name] { return storage }
        if let cut = cuts.removeValue(forKey: name) { _ = try copyOut(cut, as: name, for: node?.name ?? name) }
        if let map = blocked[name] {
            let storage = try inFloats(map, name, for: node?.name ?? name)
            let reference = try makeArray(name)
            append(node?.name ?? name, reads: [storage.reference], writes: [reference]) { plan in
                .reorder(
                    ReorderOperation(
                        direction: .toPlanar, blocked: storage.view(plan), planar: plan.offset(of: reference)))
            }
            return .arena(reference)
        }
        guard let constant = graph.constants[name] else {
            throw EngineError(.invalidGraph, name, "used before it is computed")
        }
        guard let values = constant.floats ?? constant.truthValues ?? constant.wholeNumbers else {
            throw EngineError(
                .unsupported, node?.name ?? name,
                "works on the \(constant.elementType.rawValue) constant '\(name)' at run time, only float32 is supported"
            )
        }
        let storage = ArrayStorage.constant(addConstant(values))
        planar[name] = storage
        return storage
    }
}
