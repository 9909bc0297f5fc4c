/// The tensor `[1, 3, height / 2, width]` of a picture whose colours are not converted, and the picture's place in it: luma rows
/// of even number, luma rows of odd number, and rows of a blue and a red difference in turn.
package struct FoldedPictureForm: Sendable, Hashable {
    /// One kind of samples: what is added to them, and what stands around the picture.
    package struct Target: Sendable, Hashable {
        package var offset: Float
        package var padding: Float

        package init(offset: Float, padding: Float) {
            self.offset = offset
            self.padding = padding
        }
    }

    /// Luma columns and rows, both even.
    package var width: Int
    package var height: Int
    /// Left and top margin and size of the picture inside, in luma samples.
    package var contentX: Int
    package var contentY: Int
    package var contentWidth: Int
    package var contentHeight: Int
    package var luma: Target
    package var blue: Target
    package var red: Target

    package init(
        width: Int, height: Int, contentX: Int, contentY: Int, contentWidth: Int, contentHeight: Int, luma: Target,
        blue: Target, red: Target
    ) {
        self.width = width
        self.height = height
        self.contentX = contentX
        self.contentY = contentY
        self.contentWidth = contentWidth
        self.contentHeight = contentHeight
        self.luma = luma
        self.blue = blue
        self.red = red
    }

    /// Squares of four luma samples that hold some of the picture, along a row and down a column.
    package var cellColumns: Range<Int> { contentX / 2..<(contentX + contentWidth + 1) / 2 }
    package var cellRows: Range<Int> { contentY / 2..<(contentY + contentHeight + 1) / 2 }
}

/// Where the samples of resized rows come from: two neighbours and weights of 11 bits.
package struct FoldedColumnTaps {
    /// The first of two neighbours for each luma sample, or for each pair of a blue and a red difference.
    package let positions: UnsafePointer<Int32>
    /// For each sample.
    package let firstWeights: UnsafePointer<Int32>
    package let secondWeights: UnsafePointer<Int32>
}

/// A decoded 8-bit 4:2:0 picture on its way into the input of a model that converts colours itself: planes are resized, no more.
package struct FoldedPictureOperation {
    package var planes: PicturePlanes
    /// Samples in a row of luma, and of one kind of chroma.
    package var lumaWidth: Int
    package var chromaWidth: Int
    /// Samples from one chroma sample of a kind to the next: 1, or 2 where both kinds share a plane.
    package var chromaStep: Int
    package var taps: FoldedPictureTaps
    package var form: FoldedPictureForm
    /// First float of the tensor.
    package var output: UnsafeMutablePointer<Float>

    package init(
        planes: PicturePlanes, lumaWidth: Int, chromaWidth: Int, chromaStep: Int, taps: FoldedPictureTaps,
        form: FoldedPictureForm, output: UnsafeMutablePointer<Float>
    ) {
        self.planes = planes
        self.lumaWidth = lumaWidth
        self.chromaWidth = chromaWidth
        self.chromaStep = chromaStep
        self.taps = taps
        self.form = form
        self.output = output
    }

    /// Independent units of work: rows of squares of four luma samples.
    package var units: Int { form.height / 2 }
}

/// Source positions and weights for one size and orientation of picture.
package struct FoldedPictureTaps {
    /// For each row of the resized picture four numbers: two rows of the decoded plane and their weights of 8 bits.
    package let lumaRows: UnsafePointer<Int32>
    package let chromaRows: UnsafePointer<Int32>
    package let lumaColumns: FoldedColumnTaps
    package let chromaColumns: FoldedColumnTaps
}

/// Owns the memory of `taps`.
@safe package final class FoldedPictureTables: @unchecked Sendable {
    package let taps: FoldedPictureTaps
    private let words: UnsafeMutablePointer<Int32>

    /// Each tap is four numbers: two neighbouring positions, in either order, and their weights of 11 bits.
    package init(lumaRows: [Int32], lumaColumns: [Int32], chromaRows: [Int32], chromaColumns: [Int32]) {
        let parts =
            [Self.rounded(lumaRows), Self.rounded(chromaRows)] + Self.columns(lumaColumns, kinds: 1)
            + Self.columns(chromaColumns, kinds: 2)
        let values = Array(parts.joined())
        words = UnsafeMutablePointer.allocate(capacity: max(1, values.count))
        words.initialize(from: values, count: values.count)
        let starts = parts.reduce(into: [UnsafePointer(words)]) { $0.append($0[$0.count - 1] + $1.count) }
        func columns(_ index: Int) -> FoldedColumnTaps {
            FoldedColumnTaps(
                positions: starts[index], firstWeights: starts[index + 1], secondWeights: starts[index + 2])
        }
        taps = FoldedPictureTaps(
            lumaRows: starts[0], chromaRows: starts[1], lumaColumns: columns(2), chromaColumns: columns(5))
    }

    deinit { words.deallocate() }

    /// With weights of 8 bits: the product with a sample has 16.
    private static func rounded(_ rows: [Int32]) -> [Int32] {
        stride(from: 0, to: rows.count, by: 4).flatMap { tap in
            let second = (rows[tap + 3] + 4) / 8
            return [rows[tap], rows[tap + 1], 256 - second, second]
        }
    }

    /// Positions, first weights, second weights; weights of each of several kinds of samples in turn.
    private static func columns(_ columns: [Int32], kinds: Int) -> [[Int32]] {
        let taps = stride(from: 0, to: columns.count, by: 4).map { tap in
            let isInOrder = columns[tap] <= columns[tap + 1]
            return isInOrder
                ? [columns[tap], columns[tap + 2], columns[tap + 3]]
                : [columns[tap + 1], columns[tap + 3], columns[tap + 2]]
        }
        return (0..<3).map { part in
            taps.flatMap { Array(repeating: $0[part], count: part == 0 ? 1 : kinds) }
        }
    }
}
