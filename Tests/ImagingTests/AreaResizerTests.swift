import Imaging
import TestSupport
import Testing

@Suite("Averaging resizer")
struct AreaResizerTests {
    /// The mean of `source` over the area of each target pixel, by integration.
    private func reference(_ image: RGBImage, _ target: ImageSize) -> [Double] {
        let size = image.size
        func shares(_ index: Int, _ count: Int, _ length: Int) -> [(Int, Double)] {
            let scale = Double(length) / Double(count)
            return (0..<length).compactMap { pixel in
                let covered =
                    min(Double(pixel + 1), Double(index + 1) * scale) - max(Double(pixel), Double(index) * scale)
                return covered > 0 ? (pixel, covered / scale) : nil
            }
        }
        return (0..<target.area * 3).map { element in
            let (x, y, channel) = (element / 3 % target.width, element / 3 / target.width, element % 3)
            return shares(y, target.height, size.height).reduce(0) { sum, row in
                sum + row.1
                    * shares(x, target.width, size.width).reduce(0) {
                        $0 + $1.1 * Double(image.pixels[(row.0 * size.width + $1.0) * 3 + channel])
                    }
            }
        }
    }

    @Test(
        "means of what a pixel covers, within one level",
        arguments: [(8, 6, 4, 3), (10, 7, 3, 5), (13, 9, 13, 2), (7, 7, 1, 1), (5, 4, 5, 4), (31, 17, 30, 16)])
    func means(width: Int, height: Int, newWidth: Int, newHeight: Int) {
        var random = SeededGenerator(3)
        var image = RGBImage(size: ImageSize(width: width, height: height), fill: 0)
        for index in image.pixels.indices { image.pixels[index] = UInt8.random(in: 0...255, using: &random) }
        let target = ImageSize(width: newWidth, height: newHeight)
        var resizer = PictureResizer(source: image.size, target: target, .area)
        let expected = reference(image, target)
        for y in 0..<newHeight {
            var row = [UInt8](repeating: 0, count: newWidth * 3)
            var span = row.mutableSpan
            resizer.resizeRow(y, of: image.pixels.span, into: &span)
            for (index, value) in row.enumerated() {
                #expect(abs(Double(value) - expected[y * newWidth * 3 + index]) <= 0.51)
            }
        }
    }

    @Test("a picture that becomes larger is made bilinearly")
    func enlarging() {
        var image = RGBImage(size: ImageSize(width: 2, height: 8), fill: 0)
        for index in image.pixels.indices { image.pixels[index] = UInt8(index * 5) }
        let target = ImageSize(width: 4, height: 4)
        var (area, bilinear) = (
            PictureResizer(source: image.size, target: target, .area),
            PictureResizer(source: image.size, target: target, .bilinear)
        )
        var rows = [[UInt8](repeating: 0, count: 12), [UInt8](repeating: 1, count: 12)]
        var (first, second) = (rows[0], rows[1])
        var span = first.mutableSpan
        area.resizeRow(0, of: image.pixels.span, into: &span)
        var other = second.mutableSpan
        bilinear.resizeRow(0, of: image.pixels.span, into: &other)
        rows = [first, second]
        #expect(rows[0] == rows[1])
    }
}
