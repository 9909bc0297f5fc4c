import Imaging
import Testing

@Suite("Boxes and letterboxes")
struct GeometryTests {
    @Test("overlap of boxes")
    func overlap() {
        let box = BoundingBox(x: 0, y: 0, width: 10, height: 10)
        #expect(box.intersectionOverUnion(with: box) == 1)
        #expect(box.intersectionOverUnion(with: BoundingBox(x: 10, y: 0, width: 10, height: 10)) == 0)
        #expect(box.intersectionOverUnion(with: BoundingBox(x: 5, y: 0, width: 10, height: 10)) == Float(50) / 150)
        let empty = BoundingBox(x: 3, y: 3, width: 0, height: 0)
        #expect(empty.intersectionOverUnion(with: empty) == 0)
    }

    @Test("clipping moves edges, never the far corner")
    func clipping() {
        let size = ImageSize(width: 20, height: 10)
        let clipped = BoundingBox(x: -5, y: 4, width: 10, height: 20).clipped(to: size)
        #expect(clipped == BoundingBox(x: 0, y: 4, width: 5, height: 6))
        #expect(BoundingBox(x: 30, y: 4, width: 10, height: 3).clipped(to: size).area == 0)
    }

    @Test("a centred letterbox has its odd pixel on the trailing side")
    func centredLetterbox() {
        let letterbox = Letterbox(
            source: ImageSize(width: 1000, height: 701), target: ImageSize(width: 100, height: 101), mode: .letterbox)
        #expect(letterbox.content == ImageSize(width: 100, height: 70))
        #expect(letterbox.offsetX == 0 && letterbox.offsetY == 15)
    }

    @Test("boxes find their way back", arguments: ResizeMode.allCases)
    func wayBack(_ mode: ResizeMode) {
        let letterbox = Letterbox(
            source: ImageSize(width: 640, height: 480), target: ImageSize(width: 320, height: 320), mode: mode)
        let corner = BoundingBox(
            x: Float(letterbox.offsetX), y: Float(letterbox.offsetY), width: Float(letterbox.content.width),
            height: Float(letterbox.content.height))
        #expect(letterbox.toSource(corner) == BoundingBox(x: 0, y: 0, width: 640, height: 480))
    }

    @Test("even a line of pixels has content")
    func extremeAspect() {
        let letterbox = Letterbox(
            source: ImageSize(width: 5000, height: 2), target: ImageSize(width: 416, height: 416),
            mode: .letterboxTopLeft)
        #expect(letterbox.content == ImageSize(width: 416, height: 1))
    }
}
