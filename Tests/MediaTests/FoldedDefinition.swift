import Imaging

@testable import Media

/// What a model that converts colours itself should get of a frame, computed slowly in double precision.
struct FoldedDefinition {
    let frame: VideoFrame
    let format: String
    let letterbox: Letterbox
    let form: FoldedInputForm

    private var size: ImageSize { frame.codedSize }
    private var chromaSize: ImageSize { ImageSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2) }

    /// The largest difference to `values`; nil where they are too many or too few.
    func largestDifference(to values: [Float]) -> Double? {
        let (width, rows) = (letterbox.target.width, letterbox.target.height / 2)
        guard values.count == 3 * rows * width else { return nil }
        return values.indices.map { index in
            let (row, column) = (index / width % rows, index % width)
            let plane = index / (width * rows)
            let expected = plane < 2 ? luma(2 * row + plane, column) : chroma(row, column / 2, kind: column % 2 + 1)
            return abs(Double(values[index]) - expected)
        }.max()
    }

    private func luma(_ row: Int, _ column: Int) -> Double {
        let (x, y, content) = (column - letterbox.offsetX, row - letterbox.offsetY, letterbox.content)
        guard (0..<content.width).contains(x), (0..<content.height).contains(y) else { return form.padding[0] }
        let across = (Double(x) + 0.5) * Double(size.width) / Double(content.width) - 0.5
        let down = (Double(y) + 0.5) * Double(size.height) / Double(content.height) - 0.5
        return blend(across, down, size) { frame.sample(0, $0, $1) } - form.colours.black
    }

    /// At the middle of a square of four pixels.
    private func chroma(_ row: Int, _ column: Int, kind: Int) -> Double {
        let (x, y) = (2 * column + 1 - letterbox.offsetX, 2 * row + 1 - letterbox.offsetY)
        let content = letterbox.content
        guard (0...content.width).contains(x), (0...content.height).contains(y) else { return form.padding[kind] }
        let across = Double(x) / Double(content.width) * Double(chromaSize.width) - 0.5
        let down = Double(y) / Double(content.height) * Double(chromaSize.height) - 0.5
        return blend(across, down, chromaSize) { sample(kind, $0, $1) } - 128
    }

    private func sample(_ kind: Int, _ x: Int, _ y: Int) -> Int {
        switch format {
        case "nv12": frame.sample(1, 2 * x + kind - 1, y)
        case "nv21": frame.sample(1, 2 * x + 2 - kind, y)
        default: frame.sample(Int32(kind), x, y)
        }
    }

    /// Between samples of a plane; beyond the border the samples at the border.
    private func blend(_ x: Double, _ y: Double, _ size: ImageSize, _ sample: (Int, Int) -> Int) -> Double {
        let ((left, right, across), (upper, lower, down)) = (neighbours(x, size.width), neighbours(y, size.height))
        func row(_ y: Int) -> Double {
            (1 - across) * Double(sample(left, y)) + across * Double(sample(right, y))
        }
        return (1 - down) * row(upper) + down * row(lower)
    }

    private func neighbours(_ place: Double, _ count: Int) -> (Int, Int, Double) {
        let clamped = min(max(place, 0), Double(count - 1))
        return (Int(clamped), min(Int(clamped) + 1, count - 1), clamped - clamped.rounded(.down))
    }
}
