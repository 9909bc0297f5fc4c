import Tensors

extension Graph {
    /// Gives the columns `gate` of each level's rows a convolution of their own, where one computes other columns too.
    ///
    /// Both convolutions take fewer rows of the same weights: results keep their bits. False where the gate's columns are not
    /// neighbouring channels of one convolution.
    mutating func partGates(
        of table: inout RowTable, _ gate: Range<Int>, _ types: inout [String: TensorType], _ names: inout NewNames
    ) -> Bool {
        var levels: [RowTable.Level] = []
        for level in table.levels {
            guard let parted = partGate(of: level, gate, &types, &names) else { return false }
            levels.append(parted)
        }
        table = RowTable(levels: levels, columns: table.columns)
        return true
    }

    private mutating func partGate(
        of level: RowTable.Level, _ gate: Range<Int>, _ types: inout [String: TensorType], _ names: inout NewNames
    ) -> RowTable.Level? {
        let pieces = [0..<gate.lowerBound, gate, gate.upperBound..<level.columns].map {
            TracedValue.cut(level.segments, $0)
        }
        guard pieces[1].count == 1, level.anchors == 1 else { return nil }
        var segments = pieces.flatMap { $0 }
        let gateIndex = pieces[0].count
        let source = segments[gateIndex].source
        let others = segments.indices.filter { segments[$0].source == source && $0 != gateIndex }
        guard !others.isEmpty else { return level.with(segments) }
        guard let position = nodes.firstIndex(where: { $0.outputs.first == source }),
            let whole = GraphPattern(self, types: types).convolution(nodes[position]), whole.attributes.group == 1,
            quantization.values[source] == nil, quantization.channelValues[source] == nil
        else { return nil }
        for (indices, name) in [([gateIndex], "gate"), (others, "rest")] {
            let channels = indices.flatMap {
                segments[$0].firstChannel..<segments[$0].firstChannel + segments[$0].count
            }
            let result = insert(
                whole.selecting(channels), at: position, "\(nodes[position].name)/\(name)", &types, &names)
            var first = 0
            for index in indices {
                segments[index].source = result
                segments[index].firstChannel = first
                first += segments[index].count
            }
        }
        return level.with(segments)
    }

    /// A convolution of the input of the one at `position`, in front of that one; returns the name of its result.
    private mutating func insert(
        _ convolution: FoldableConvolution, at position: Int, _ base: String, _ types: inout [String: TensorType],
        _ names: inout NewNames
    ) -> String {
        let old = nodes[position]
        let constants = convolution.addConstants(base: base, to: &self, names: &names)
        let node = names.node(base, .convolution(convolution.attributes), [old.inputs[0]] + constants)
        if let type = types[old.outputs[0]] {
            let shape = type.shape
            types[node.outputs[0]] = TensorType(
                type.elementType, [shape[0], convolution.shape[0], shape[2], shape[3]])
        }
        nodes.insert(node, at: position)
        return node.outputs[0]
    }
}

extension RowTable.Level {
    fileprivate var columns: Int { segments.reduce(0) { $0 + $1.count } }

    fileprivate func with(_ segments: [RowTable.Segment]) -> RowTable.Level {
        RowTable.Level(
            firstRow: firstRow, anchors: anchors, height: height, width: width, anchorStride: anchorStride,
            cellStride: cellStride, segments: segments)
    }
}
