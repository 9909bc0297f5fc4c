/// Optimal one-to-one assignment of rows to columns of a cost matrix (Hungarian method by shortest augmenting paths).
package enum Assignment {
    /// For each row its column, or nil.
    ///
    /// Minimises the sum of `cost - limit` over the assigned pairs, so pairs costing `limit` or more are never made: the
    /// result of LAPJV with an extended matrix and a cost limit. `costs` is row-major, `rows * columns` values. Deterministic;
    /// among equal optima the one found first in index order is taken.
    package static func solve(costs: [Double], rows: Int, columns: Int, limit: Double) -> [Int?] {
        precondition(costs.count == rows * columns, "\(rows) x \(columns) costs expected, not \(costs.count)")
        guard rows > 0, columns > 0 else { return Array(repeating: nil, count: rows) }
        let gains = costs.map { $0 < limit ? $0 - limit : 0 }
        guard rows <= columns else {
            let transposed = (0..<columns).flatMap { column in (0..<rows).map { gains[$0 * columns + column] } }
            var result = [Int?](repeating: nil, count: rows)
            let rowOfColumn = shortestPaths(transposed, rows: columns, columns: rows)
            for (column, row) in rowOfColumn.enumerated() where gains[row * columns + column] < 0 {
                result[row] = column
            }
            return result
        }
        return shortestPaths(gains, rows: rows, columns: columns).enumerated().map { row, column in
            gains[row * columns + column] < 0 ? column : nil
        }
    }

    /// The column of each row in a cheapest complete assignment; needs `rows <= columns`.
    private static func shortestPaths(_ costs: [Double], rows: Int, columns: Int) -> [Int] {
        var search = AugmentingPathSearch(costs: costs, rows: rows, columns: columns)
        for row in 0..<rows { search.insert(row) }
        var columnOfRow = Array(repeating: 0, count: rows)
        for column in 0..<columns {
            if let row = search.rowOfColumn[column] { columnOfRow[row] = column }
        }
        return columnOfRow
    }
}

/// The state of the Hungarian method: dual prices and the partial assignment.
private struct AugmentingPathSearch {
    let costs: [Double]
    let columns: Int
    var rowOfColumn: [Int?]
    private var rowPrices: [Double]
    private var columnPrices: [Double]

    init(costs: [Double], rows: Int, columns: Int) {
        self.costs = costs
        self.columns = columns
        rowOfColumn = Array(repeating: nil, count: columns)
        rowPrices = Array(repeating: 0, count: rows)
        columnPrices = Array(repeating: 0, count: columns)
    }

    /// Adds `row` to the assignment along the cheapest alternating path.
    mutating func insert(_ row: Int) {
        var distance = Array(repeating: Double.infinity, count: columns)
        var previous = [Int?](repeating: nil, count: columns)
        var visited = Array(repeating: false, count: columns)
        var (current, arrived): (Int, Int?) = (row, nil)
        while true {
            let (next, step) = relax(current, from: arrived, &distance, &previous, visited)
            reprice(by: step, start: row, &distance, visited)
            visited[next] = true
            arrived = next
            guard let occupant = rowOfColumn[next] else { break }
            current = occupant
        }
        augment(row, endingAt: arrived, previous)
    }

    /// Updates the distances over the edges of row `current`; returns the nearest unvisited column and its distance.
    private func relax(
        _ current: Int, from arrived: Int?, _ distance: inout [Double], _ previous: inout [Int?], _ visited: [Bool]
    ) -> (column: Int, distance: Double) {
        var nearest = -1
        for column in 0..<columns where !visited[column] {
            let reduced = costs[current * columns + column] - rowPrices[current] - columnPrices[column]
            if reduced < distance[column] {
                distance[column] = reduced
                previous[column] = arrived
            }
            if nearest < 0 || distance[column] < distance[nearest] { nearest = column }
        }
        return (nearest, distance[nearest])
    }

    private mutating func reprice(by step: Double, start: Int, _ distance: inout [Double], _ visited: [Bool]) {
        rowPrices[start] += step
        for column in 0..<columns {
            if visited[column] {
                if let occupant = rowOfColumn[column] { rowPrices[occupant] += step }
                columnPrices[column] -= step
            } else {
                distance[column] -= step
            }
        }
    }

    private mutating func augment(_ row: Int, endingAt last: Int?, _ previous: [Int?]) {
        var column = last
        while let current = column {
            let before = previous[current]
            rowOfColumn[current] = before.map { rowOfColumn[$0] } ?? row
            column = before
        }
    }
}
