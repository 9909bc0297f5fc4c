/// How pixels of a scaled picture come from those of the source.
package enum Resampling: String, Sendable, Hashable, Codable, CaseIterable {
    /// From the four nearest pixels, however much smaller the picture becomes; OpenCV's `INTER_LINEAR`.
    case bilinear
    /// From the mean of all pixels that one covers; OpenCV's `INTER_AREA`. Bilinear where a picture becomes larger.
    case area
}

/// Makes packed RGB pictures smaller by averaging, with the results of OpenCV's `resize(…, INTER_AREA)` up to rounding.
struct AreaResizer: Sendable {
    let source: ImageSize
    let target: ImageSize
    private let columns: [Cover]
    private let rows: [Cover]
    /// Sums of one target row.
    private var sums: [Float]

    /// The source pixels that one target pixel covers along an axis.
    private struct Cover {
        let first: Int
        let weights: [Float]

        /// Pixel `index` of `count` made from `length`; less than a thousandth of a pixel counts for nothing.
        init(_ index: Int, of count: Int, from length: Int) {
            let scale = Double(length) / Double(count)
            let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
            let width = min(scale, Double(length) - start)
            let last = min(Int(end), length - 1)
            let whole = min(Int(start.rounded(.up)), last)
            var weights = Array(repeating: Float(1 / width), count: last - whole)
            let head = Double(whole) - start
            if head > 1e-3 { weights.insert(Float(head / width), at: 0) }
            first = head > 1e-3 ? whole - 1 : whole
            let tail = end - Double(last)
            if tail > 1e-3 { weights.append(Float(min(tail, 1, width) / width)) }
            self.weights = weights
        }
    }

    /// `target` must not be larger than `source` on any side.
    init(source: ImageSize, target: ImageSize) {
        self.source = source
        self.target = target
        columns = (0..<target.width).map { Cover($0, of: target.width, from: source.width) }
        rows = (0..<target.height).map { Cover($0, of: target.height, from: source.height) }
        sums = Array(repeating: 0, count: target.width * 3)
    }

    /// Writes row `y` of the smaller picture, `target.width * 3` bytes.
    mutating func resizeRow(_ y: Int, of pixels: Span<UInt8>, into result: inout MutableSpan<UInt8>) {
        for index in sums.indices { sums[index] = 0 }
        let row = rows[y]
        for (offset, weight) in row.weights.enumerated() {
            let start = (row.first + offset) * source.width * 3
            add(pixels.extracting(start..<start + source.width * 3), weight: weight)
        }
        for index in sums.indices { result[index] = UInt8(min(max(sums[index].rounded(.toNearestOrEven), 0), 255)) }
    }

    private mutating func add(_ line: Span<UInt8>, weight: Float) {
        var position = 0
        for column in columns {
            var pixel = SIMD3<Float>.zero
            var index = column.first * 3
            for share in column.weights {
                pixel += SIMD3(Float(line[index]), Float(line[index + 1]), Float(line[index + 2])) * share
                index += 3
            }
            for channel in 0..<3 { sums[position + channel] += pixel[channel] * weight }
            position += 3
        }
    }
}

/// Makes the rows of a scaled picture.
package struct PictureResizer: Sendable {
    private var bilinear: BilinearResizer?
    private var area: AreaResizer?

    package init(source: ImageSize, target: ImageSize, _ resampling: Resampling) {
        if resampling == .area && target.width <= source.width && target.height <= source.height {
            area = AreaResizer(source: source, target: target)
        } else {
            bilinear = BilinearResizer(source: source, target: target)
        }
    }

    /// Writes row `y` of the scaled picture. Ask for rows in ascending order; start again at 0 for the next picture.
    package mutating func resizeRow(_ y: Int, of pixels: Span<UInt8>, into result: inout MutableSpan<UInt8>) {
        bilinear?.resizeRow(y, of: pixels, into: &result)
        area?.resizeRow(y, of: pixels, into: &result)
    }
}
