import Tensors

/// Bounds what constant folding may spend, so that a small hostile file cannot ask for unlimited memory or time.
struct FoldingBudget: Sendable {
    /// Most elements of one folded result.
    let elementsPerValue: Int
    /// Elements that may still be folded in the whole graph.
    private var remainingElements: Int
    /// Multiply-adds that may still be spent in the whole graph.
    private var remainingWork: Int

    /// Enough to follow shapes.
    static let shapeArithmetic = FoldingBudget(elementsPerValue: 1 << 12, elements: 1 << 22, work: 1 << 24)
    /// Enough for grids, anchors and rearranged weights.
    static let constants = FoldingBudget(elementsPerValue: 1 << 23, elements: 1 << 26, work: 1 << 27)

    init(elementsPerValue: Int, elements: Int, work: Int) {
        self.elementsPerValue = elementsPerValue
        remainingElements = elements
        remainingWork = work
    }

    /// Whether the node may be evaluated; what it costs is taken off the budget.
    mutating func admits(_ operands: Operands, results: [TensorType]) -> Bool {
        let largest = results.map(\.shape.volume).max() ?? 0
        let total = results.map(\.shape.volume).reduce(0, +)
        guard largest <= elementsPerValue, total <= remainingElements else { return false }
        let operandTotal = operands.types.map { $0?.shape.volume ?? 0 }.reduce(0, +)
        let perElement = operands.multiplyAddsPerResult
        let (work, overflow) = total.multipliedReportingOverflow(by: perElement)
        guard !overflow, work &+ operandTotal <= remainingWork, work &+ operandTotal >= 0 else { return false }
        remainingElements -= total
        remainingWork -= work + operandTotal
        return true
    }
}

extension Operands {
    /// An upper bound of the multiply-adds behind one element of the result.
    fileprivate var multiplyAddsPerResult: Int {
        switch node.operation {
        case .convolution: (types[1]?.shape.count ?? 1) / max(types[1]?.shape.dimensions.first ?? 1, 1)
        case .matMul, .gemm: max(types[0]?.shape.dimensions.max() ?? 1, 1)
        case .maxPool(let pool), .averagePool(let pool, _): pool.kernel.reduce(1, &*)
        default: 1
        }
    }
}

extension Shape {
    /// The number of elements with empty axes counted as one: a loop over the other axes still costs its time.
    fileprivate var volume: Int { dimensions.reduce(1) { $0 * max($1, 1) } }
}
