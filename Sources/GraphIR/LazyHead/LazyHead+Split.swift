import Tensors

extension LazyHead {
    /// Rewrites `graph` so that it ends in the convolutions behind its output and their gates.
    ///
    /// Afterwards the graph's outputs are the gates' values and the sources of the table; nodes that can be computed on demand
    /// stand last, level by level.
    ///
    /// - Parameters:
    ///   - output: `[1, rows, columns]`, the graph's only output.
    ///   - gateColumn: the column that bounds a row's score from above, when at its final value.
    /// - Returns: nil, with the graph unchanged, where the output is not made of rows or nothing would be saved.
    package static func split(
        _ graph: inout Graph, types: inout [String: TensorType], output: String, gateColumn: Int
    ) -> LazyHead? {
        guard graph.outputs == [output], let table = RowTable(output: output, of: graph, types: types) else {
            return nil
        }
        return split(&graph, &types, table, gateColumn..<gateColumn + 1)
    }

    /// As ``split(_:types:output:gateColumn:)`` for a graph whose feature maps, or scores and boxes, are outputs of their own; see
    /// ``RowTable/init(outputs:anchors:of:types:)``.
    ///
    /// - Parameters:
    ///   - outputs: all outputs of the graph.
    ///   - gate: the columns that bound a row's score from above: one, or several of heads with one row a cell.
    package static func split(
        _ graph: inout Graph, types: inout [String: TensorType], outputs: [[String]], anchors: Int, gate: Range<Int>
    ) -> LazyHead? {
        guard Set(graph.outputs) == Set(outputs.joined()), !gate.isEmpty, gate.count == 1 || anchors == 1,
            let table = RowTable(outputs: outputs, anchors: anchors, of: graph, types: types),
            gate.lowerBound >= 0, gate.upperBound <= table.columns
        else { return nil }
        return split(&graph, &types, table, gate)
    }

    private static func split(
        _ graph: inout Graph, _ types: inout [String: TensorType], _ table: RowTable, _ gate: Range<Int>
    ) -> LazyHead? {
        var rewritten = graph
        var rewrittenTypes = types
        var names = NewNames(rewritten)
        var table = table
        guard gate.count == 1 || rewritten.partGates(of: &table, gate, &rewrittenTypes, &names),
            rewritten.fuseActivations(of: table)
        else { return nil }
        var gates: [Gate] = []
        for level in table.levels {
            guard let levelGate = rewritten.addGate(of: level, gate, &rewrittenTypes, &names) else {
                return nil
            }
            gates.append(levelGate)
        }
        rewritten.outputs = Set(gates.map(\.source)).union(table.sources).sorted()
        RemoveDeadCode().apply(to: &rewritten, types: rewrittenTypes)
        rewritten.dropStaleQuantization()
        // What still reads a source now would get its activated values.
        let index = GraphIndex(rewritten)
        guard table.activatedSources.allSatisfy({ index.users(of: $0).isEmpty }) else { return nil }
        let demands = LazyRegion(rewritten, table: table, gates: gates).demands
        guard !demands.isEmpty else { return nil }
        rewritten.nodes.sort(byLevelIn: demands)
        graph = rewritten
        types = rewrittenTypes
        return LazyHead(table: table, gates: gates, demands: demands)
    }
}

extension RowTable {
    /// Every convolution result that the rows are made of.
    var sources: Set<String> { Set(levels.flatMap(\.segments).map(\.source)) }

    /// Those of them that an activation follows.
    var activatedSources: Set<String> {
        Set(levels.flatMap(\.segments).filter { $0.activation != nil }.map(\.source))
    }

    /// The segment that holds `column` of a level's rows, and the column's place in it.
    static func segment(_ level: Level, column: Int) -> (segment: Segment, offset: Int)? {
        var start = 0
        for segment in level.segments {
            if column < start + segment.count { return (segment, column - start) }
            start += segment.count
        }
        return nil
    }
}

extension Graph {
    /// Gives the convolutions behind `table` the activations that follow them; false where a convolution has several.
    fileprivate mutating func fuseActivations(of table: RowTable) -> Bool {
        let segments = Dictionary(grouping: table.levels.flatMap(\.segments), by: \.source)
        for index in nodes.indices {
            guard let parts = segments[nodes[index].outputs[0]], let activation = parts[0].activation else { continue }
            guard case .convolution(var attributes) = nodes[index].operation, attributes.activation == nil else {
                return false
            }
            attributes.activation = activation
            nodes[index].operation = .convolution(attributes)
        }
        return segments.values.allSatisfy { parts in parts.allSatisfy { $0.activation == parts[0].activation } }
    }

    /// The gate of a level: channels of a source where that is small, else of a new convolution with the gates alone.
    fileprivate mutating func addGate(
        of level: RowTable.Level, _ columns: Range<Int>, _ types: inout [String: TensorType], _ names: inout NewNames
    ) -> LazyHead.Gate? {
        guard let (segment, offset) = RowTable.segment(level, column: columns.lowerBound), segment.functions.isEmpty,
            let position = nodes.firstIndex(where: { $0.outputs.first == segment.source }),
            let shape = types[segment.source]?.shape
        else { return nil }
        let first = segment.firstChannel + offset
        // One block is as well computed everywhere; several gates have a convolution of their own by now.
        guard shape[1] > channelsInBlock, columns.count == 1 else {
            return LazyHead.Gate(
                source: segment.source, firstChannel: first, anchorStride: segment.anchorStride, columns: columns.count)
        }
        let node = nodes[position]
        guard let whole = GraphPattern(self, types: types).convolution(node), whole.attributes.group == 1 else {
            return nil
        }
        let gates = whole.selecting((0..<level.anchors).map { first + $0 * segment.anchorStride })
        let base = node.name + "/gate"
        let constants = gates.addConstants(base: base, to: &self, names: &names)
        let gate = names.node(base, .convolution(gates.attributes), [node.inputs[0]] + constants)
        types[gate.outputs[0]] = TensorType(.float32, [1, level.anchors, shape[2], shape[3]])
        nodes.insert(gate, at: position)
        return LazyHead.Gate(source: gate.outputs[0], firstChannel: 0, anchorStride: 1)
    }
}

extension [Node] {
    /// Nodes without a demand first, then those of each level, each in the present order.
    fileprivate mutating func sort(byLevelIn demands: [String: LazyHead.Demand]) {
        let levels = Set(demands.values.map(\.level)).sorted()
        let eager = filter { demands[$0.name] == nil }
        self = eager + levels.flatMap { level in filter { demands[$0.name]?.level == level } }
    }
}
