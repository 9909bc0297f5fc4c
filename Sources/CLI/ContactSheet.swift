import Imaging
import Media

/// Pictures in rows on a dark ground, each with a title under it.
struct ContactSheet {
    private static let ground = RGBColor(red: 24, green: 26, blue: 30)
    private static let ink = RGBColor(red: 220, green: 222, blue: 226)
    private static let gap = 8
    private static let fontSize: Float = 15

    let columns: Int
    /// Pixels.
    let cellWidth: Int
    let hasTitles: Bool
    private var cells: [(image: RGBImage, title: String)] = []

    init(columns: Int, cellWidth: Int, hasTitles: Bool) {
        self.columns = columns
        self.cellWidth = cellWidth
        self.hasTitles = hasTitles
    }

    var isEmpty: Bool { cells.isEmpty }

    /// Adds a picture, reduced to the width of a cell where it is wider.
    mutating func add(_ image: RGBImage, title: String) {
        cells.append((image.reduced(toWidth: cellWidth), title))
    }

    /// The whole sheet.
    func render() -> RGBImage {
        let rasterizer = TextRasterizer(fontSize: Self.fontSize)
        let titles = cells.map { hasTitles ? rasterizer.rasterize($0.title) : nil }
        let titleHeight = titles.compactMap { $0?.size.height }.max().map { $0 + Self.gap / 2 } ?? 0
        let rows = stride(from: 0, to: cells.count, by: columns).map { $0..<min($0 + columns, cells.count) }
        let heights = rows.map { row in cells[row].map(\.image.size.height).max() ?? 0 }
        let width = Self.gap + min(columns, cells.count) * (cellWidth + Self.gap)
        let height = Self.gap + heights.reduce(0) { $0 + $1 + titleHeight + Self.gap }
        var canvas = RGBImage(size: ImageSize(width: width, height: height), filled: Self.ground)
        var top = Self.gap
        for (row, height) in zip(rows, heights) {
            for (column, index) in row.enumerated() {
                let left = Self.gap + column * (cellWidth + Self.gap)
                let image = cells[index].image
                canvas.paste(image, x: left + (cellWidth - image.size.width) / 2, y: top)
                if let title = titles[index] {
                    canvas.blend(
                        Self.ink, through: title, x: left, y: top + height + Self.gap / 2, maximumWidth: cellWidth)
                }
            }
            top += height + titleHeight + Self.gap
        }
        return canvas
    }
}

extension RGBImage {
    fileprivate init(size: ImageSize, filled colour: RGBColor) {
        self.init(size: size, fill: 0)
        for pixel in 0..<size.area { set(pixel, colour) }
    }

    private mutating func set(_ pixel: Int, _ colour: RGBColor) {
        pixels[pixel * 3] = colour.red
        pixels[pixel * 3 + 1] = colour.green
        pixels[pixel * 3 + 2] = colour.blue
    }

    /// Copies `image` to `x`, `y`; it must fit.
    fileprivate mutating func paste(_ image: RGBImage, x: Int, y: Int) {
        let count = image.size.width * 3
        for row in 0..<image.size.height {
            let target = ((y + row) * size.width + x) * 3
            pixels.replaceSubrange(target..<target + count, with: image.pixels[row * count..<(row + 1) * count])
        }
    }

    /// Paints `colour` where `mask` covers; what is wider than `maximumWidth` is cut off.
    fileprivate mutating func blend(_ colour: RGBColor, through mask: CoverageMask, x: Int, y: Int, maximumWidth: Int) {
        let channels = [colour.red, colour.green, colour.blue].map(Int.init)
        for row in 0..<min(mask.size.height, size.height - y) {
            for column in 0..<min(mask.size.width, maximumWidth) {
                let coverage = Int(mask.coverage[row * mask.size.width + column])
                let pixel = ((y + row) * size.width + x + column) * 3
                for channel in 0..<3 {
                    let old = Int(pixels[pixel + channel])
                    pixels[pixel + channel] = UInt8(old + (channels[channel] - old) * coverage / 255)
                }
            }
        }
    }

    /// The picture at `width` with its proportions kept, each pixel the mean of those it replaces; itself where it is
    /// not wider.
    fileprivate func reduced(toWidth width: Int) -> RGBImage {
        guard size.width > width else { return self }
        let target = ImageSize(width: width, height: max(1, size.height * width / size.width))
        var result = RGBImage(size: target, fill: 0)
        for y in 0..<target.height {
            let rows = y * size.height / target.height..<(y + 1) * size.height / target.height
            for x in 0..<width {
                let mean = mean(rows: rows, columns: x * size.width / width..<(x + 1) * size.width / width)
                result.set(y * width + x, mean)
            }
        }
        return result
    }

    private func mean(rows: Range<Int>, columns: Range<Int>) -> RGBColor {
        var sums = (0, 0, 0)
        for row in rows {
            for column in columns {
                let pixel = (row * size.width + column) * 3
                sums.0 += Int(pixels[pixel])
                sums.1 += Int(pixels[pixel + 1])
                sums.2 += Int(pixels[pixel + 2])
            }
        }
        let count = max(1, rows.count * columns.count)
        return RGBColor(red: UInt8(sums.0 / count), green: UInt8(sums.1 / count), blue: UInt8(sums.2 / count))
    }
}
