/// Cuts the frames of a video where a decoder that begins elsewhere gives the same ones. Places are positions in the order of output.
struct FrameCutter {
    /// Before which a cut is exact, ascending.
    private let cuts: [Int]
    /// Those of them that are keyframes, ascending.
    private let keyframeCuts: [Int]
    private let count: Int

    /// Piece k of a group of pictures decodes k pieces: n pieces cost (n + 1) / 2 times the group.
    private static let mostPieces = 15

    init(order: OutputOrder, entries: [KeyframeIndex.Entry]) {
        let keyframes = Set(entries.map(\.time))
        count = order.times.count
        cuts = order.cuts()
        keyframeCuts = cuts.filter { keyframes.contains(order.times[$0]) }
    }

    /// Where stretches of at most `maximumFrames` begin, ascending, 0 left out. They begin at keyframes where one is near. Those within a group of
    /// pictures are longer where there would be more than 15 of them.
    func stretchStarts(maximumFrames: Int) -> [Int] {
        var starts: [Int] = []
        var start = 0
        while let end = stretchEnd(from: start, maximumFrames) {
            starts.append(end)
            start = end
        }
        return starts
    }

    private func stretchEnd(from start: Int, _ maximumFrames: Int) -> Int? {
        let limit = start + max(maximumFrames, shortestPiece(at: start))
        guard limit < count else { return nil }
        // A keyframe in the second half beats a fuller stretch.
        if let keyframe = keyframeCuts.last(notAfter: limit), keyframe > start + maximumFrames / 2 { return keyframe }
        if let cut = cuts.last(notAfter: limit), cut > start { return cut }
        return cuts.first(after: limit)
    }

    private func shortestPiece(at start: Int) -> Int {
        let groupStart = keyframeCuts.last(notAfter: start) ?? 0
        let groupEnd = keyframeCuts.first(after: start) ?? count
        return (groupEnd - groupStart + Self.mostPieces - 1) / Self.mostPieces
    }

    /// Where to cut `range` into pieces of at most `maximumFrames`, ascending: at keyframes where one is near, else into equal parts.
    func pieces(of range: Range<Int>, maximumFrames: Int) -> [Int] {
        var places: [Int] = []
        var rest = range
        while let cut = firstPiece(of: rest, maximumFrames) {
            places.append(cut)
            rest = cut..<range.upperBound
        }
        return places
    }

    private func firstPiece(of rest: Range<Int>, _ maximumFrames: Int) -> Int? {
        guard rest.count > maximumFrames else { return nil }
        let (start, limit) = (rest.lowerBound, rest.lowerBound + maximumFrames)
        if let keyframe = keyframeCuts.last(notAfter: limit), keyframe > start + maximumFrames / 2 { return keyframe }
        let parts = (rest.count + maximumFrames - 1) / maximumFrames
        let share = start + (rest.count + parts - 1) / parts
        if let cut = cuts.last(notAfter: share), cut > start { return cut }
        return cuts.first(after: share).flatMap { $0 < rest.upperBound ? $0 : nil }
    }
}
