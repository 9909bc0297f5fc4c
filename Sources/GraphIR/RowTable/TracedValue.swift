/// A value between a detector's last convolutions and its output, with a meaning for each axis.
struct TracedValue {
    /// The axes of a prediction. A dimension of the value is a product of some of them, in order.
    enum Axis { case anchor, column, y, x }

    /// One feature map's part; parts follow each other along the dimension of the rows.
    struct Part {
        var anchors = 1
        var columns: Int
        var height: Int
        var width: Int
        var segments: [RowTable.Segment]

        func extent(_ axis: Axis) -> Int {
            switch axis {
            case .anchor: anchors
            case .column: columns
            case .y: height
            case .x: width
            }
        }
    }

    var dimensions: [[Axis]]
    var parts: [Part]

    /// A convolution's result `[1, channels, height, width]`.
    init(source: String, channels: Int, height: Int, width: Int) {
        dimensions = [[], [.column], [.y], [.x]]
        parts = [
            Part(
                columns: channels, height: height, width: width,
                segments: [
                    RowTable.Segment(
                        count: channels, source: source, firstChannel: 0, anchorStride: channels, functions: [])
                ])
        ]
    }

    /// One part by itself, as if it came from a convolution.
    init(_ part: Part) {
        dimensions = [[], [.column], [.y], [.x]]
        parts = [part]
    }

    /// The same elements in `shape`; nil where a dimension would be no product of whole axes. Channels may part into anchors
    /// and columns.
    func reshaped(_ shape: [Int]) -> TracedValue? {
        guard parts.count == 1 else { return nil }
        var result = self
        result.dimensions = []
        var axes = dimensions.flatMap { $0 }
        for extent in shape {
            var (group, product): ([Axis], Int) = ([], 1)
            while product < extent {
                guard let axis = axes.first else { return nil }
                let length = result.parts[0].extent(axis)
                if extent % (product * length) == 0 {
                    axes.removeFirst()
                    if length > 1 { group.append(axis) }
                    product *= length
                } else if axis == .column, result.splitAnchors(extent / product) {
                    group.append(.anchor)
                    product = extent
                } else {
                    return nil
                }
            }
            result.dimensions.append(group)
        }
        return axes.allSatisfy { result.parts[0].extent($0) == 1 } ? result : nil
    }

    /// Makes `count` anchors out of the columns of a value that has one.
    mutating func splitAnchors(_ count: Int) -> Bool {
        let part = parts[0]
        guard part.anchors == 1, part.columns % count == 0, part.segments.count == 1 else { return false }
        var segment = part.segments[0]
        segment.count = part.columns / count
        segment.anchorStride = segment.count
        for index in segment.functions.indices {
            segment.functions[index].strides.anchor = segment.functions[index].strides.column * segment.count
        }
        parts[0].anchors = count
        parts[0].columns = segment.count
        parts[0].segments = [segment]
        return true
    }

    /// Columns `range` of a value whose dimension `axis` is the columns.
    func columns(_ range: Range<Int>, axis: Int) -> TracedValue? {
        guard dimensions[axis] == [.column] else { return nil }
        var result = self
        for index in parts.indices {
            guard range.lowerBound >= 0, range.upperBound <= parts[index].columns, !range.isEmpty else { return nil }
            result.parts[index].columns = range.count
            result.parts[index].segments = Self.cut(parts[index].segments, range)
        }
        return result
    }

    static func cut(_ segments: [RowTable.Segment], _ range: Range<Int>) -> [RowTable.Segment] {
        var start = 0
        return segments.compactMap { segment in
            defer { start += segment.count }
            let kept = (start..<start + segment.count).clamped(to: range)
            guard !kept.isEmpty else { return nil }
            var piece = segment
            piece.count = kept.count
            piece.firstChannel += kept.lowerBound - start
            for index in piece.functions.indices {
                piece.functions[index].offset += (kept.lowerBound - start) * piece.functions[index].strides.column
            }
            return piece
        }
    }

    /// Values joined along `axis`: columns side by side, or feature maps one after the other.
    static func joined(_ values: [TracedValue], axis: Int) -> TracedValue? {
        // A map one cell wide or high may have lost that axis.
        let widest = values.max { $0.dimensions.joined().count < $1.dimensions.joined().count }
        guard var result = values.first, let widest, values.allSatisfy({ $0.has(widest.dimensions) }) else {
            return nil
        }
        result.dimensions = widest.dimensions
        if result.dimensions[axis] == [.column] {
            guard values.allSatisfy({ $0.parts.count == 1 && $0.parts[0].cells == result.parts[0].cells }) else {
                return nil
            }
            result.parts[0].columns = values.reduce(0) { $0 + $1.parts[0].columns }
            result.parts[0].segments = values.flatMap { $0.parts[0].segments }
        } else {
            let rows = result.dimensions[axis]
            guard rows.contains(.x), !rows.contains(.column) else { return nil }
            result.parts = values.flatMap(\.parts)
        }
        return result
    }

    /// Whether the value's dimensions are `others`, axes of one position aside.
    private func has(_ others: [[Axis]]) -> Bool {
        parts.allSatisfy { part in
            dimensions.map { $0.filter { part.extent($0) > 1 } } == others.map { $0.filter { part.extent($0) > 1 } }
        }
    }

    /// Every element put through `function`, whose constant has the strides that `strides` gives for each part.
    func applying(_ function: CellFunction, strides: (Part) -> CellFunction.Strides?) -> TracedValue? {
        var result = self
        for part in parts.indices {
            guard let strides = strides(parts[part]) else { return nil }
            var column = 0
            for index in parts[part].segments.indices {
                var function = function
                function.strides = strides
                function.offset = column * strides.column
                result.parts[part].segments[index].functions.append(function)
                column += parts[part].segments[index].count
            }
        }
        return result
    }
}

extension TracedValue.Part {
    /// Anchors, height and width.
    fileprivate var cells: [Int] { [anchors, height, width] }
}
