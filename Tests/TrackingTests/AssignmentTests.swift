import Testing
import Tracking

/// Numbers that look random, the same in every run.
struct Numbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    /// In 0..<1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / 9_007_199_254_740_992
    }
}

/// The smallest sum of `cost - limit` over any set of pairs, by trying everything.
private func bestTotal(_ costs: [Double], rows: Int, columns: Int, limit: Double) -> Double {
    func search(_ row: Int, _ taken: Set<Int>) -> Double {
        guard row < rows else { return 0 }
        var best = search(row + 1, taken)
        for column in 0..<columns where !taken.contains(column) && costs[row * columns + column] < limit {
            best = min(best, costs[row * columns + column] - limit + search(row + 1, taken.union([column])))
        }
        return best
    }
    return search(0, [])
}

@Suite("Assignment")
struct AssignmentTests {
    @Test("optimal for every shape up to 5 x 5, with and without forbidden pairs")
    func exhaustive() {
        var numbers = Numbers(seed: 1)
        for rows in 0...5 {
            for columns in 0...5 {
                for limit in [0.3, 0.7, 2] {
                    let costs = (0..<rows * columns).map { _ in
                        let value = numbers.next()
                        return value < 0.1 ? Double.infinity : value
                    }
                    let result = Assignment.solve(costs: costs, rows: rows, columns: columns, limit: limit)
                    let pairs = result.enumerated().compactMap { row, column in column.map { (row, $0) } }
                    let total = pairs.reduce(0) { $0 + costs[$1.0 * columns + $1.1] - limit }
                    #expect(result.count == rows && Set(pairs.map(\.1)).count == pairs.count)
                    #expect(pairs.allSatisfy { costs[$0.0 * columns + $0.1] < limit })
                    #expect(abs(total - bestTotal(costs, rows: rows, columns: columns, limit: limit)) < 1e-9)
                }
            }
        }
    }

    @Test("one good pair is not given up for two poor ones beyond the limit")
    func limit() {
        #expect(Assignment.solve(costs: [0.1, 0.9, 0.9, 2], rows: 2, columns: 2, limit: 0.8) == [0, nil])
        #expect(Assignment.solve(costs: [0.1, 0.3, 0.2, 2], rows: 2, columns: 2, limit: 0.8) == [1, 0])
    }

    @Test("equal costs: index order, every time")
    func ties() {
        #expect(Assignment.solve(costs: Array(repeating: 0.5, count: 9), rows: 3, columns: 3, limit: 1) == [0, 1, 2])
    }
}
