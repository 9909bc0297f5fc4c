import Annotation
import Imaging
import Media
import Testing

private func annotator(_ picture: Picture, lineWidth: Int? = nil, words: Bool = false) -> Annotator {
    var style = AnnotationStyle()
    style.lineWidth = lineWidth
    if !words { (style.showsLabel, style.showsTrackID, style.showsScore) = (false, false, false) }
    return Annotator(style: style, frameSize: picture.canvas.size)
}

@Suite("Drawing boxes")
struct AnnotatorTests {
    @Test("the outline lies on the box's edge, its inside stays as it was")
    func outline() {
        var picture = Picture(64, 48)
        picture.draw([.sample(10, 12, 20, 16)], with: annotator(picture, lineWidth: 2))
        let line = picture.luma(20, 12)
        #expect(line != Picture.grey)
        for (x, y) in [(9, 11), (30, 28), (10, 20), (29, 20), (20, 27)] { #expect(picture.luma(x, y) == line) }
        for (x, y) in [(12, 20), (27, 20), (20, 14), (20, 25)] { #expect(picture.luma(x, y) == Picture.grey) }
        #expect(picture.luma(20, 10) < Picture.grey, "the dark rim")
        #expect(picture.luma(20, 8) == Picture.grey)
        #expect(picture.chroma(20, 13) != [128, 128])
        #expect(picture.chroma(20, 20) == [128, 128])
    }

    @Test(
        "colours in the frame's matrix and range: pure values of red",
        arguments: [
            (ColourMatrix.bt601, false, [81, 90, 240]), (.bt601, true, [76, 85, 255]), (.bt709, false, [63, 102, 240]),
            (.bt709, true, [54, 99, 255]), (.bt2020, false, [74, 97, 240]),
        ] as [(ColourMatrix, Bool, [UInt8])])
    func colours(_ matrix: ColourMatrix, _ isFullRange: Bool, _ expected: [UInt8]) {
        let canvas = Picture(2, 2, matrix: matrix, isFullRange: isFullRange).canvas
        let colour = YUVColour(RGBColor(red: 255, green: 0, blue: 0), on: canvas)
        #expect([colour.luma, colour.blue, colour.red] == expected)
    }

    @Test(
        "boxes across, on and beyond every border",
        arguments: [
            LabelledBox.sample(-20, -20, 40, 40), .sample(50, 30, 100, 100), .sample(-50, 10, 20, 20),
            .sample(0, 0, 64, 48), .sample(-10, -10, 200, 200), .sample(63, 47, 1, 1), .sample(30, 20, 0, 0),
            .sample(70, 60, 5, 5), .sample(.nan, 0, 5, 5), .sample(-3e38, 0, 3e38, 3e38), .sample(5, 5, .infinity, 9),
        ])
    func borders(_ box: LabelledBox) {
        for words in [false, true] {
            var picture = Picture(64, 48)
            picture.draw([box], with: annotator(picture, lineWidth: 3, words: words))
            #expect(picture.hasCleanPadding)
        }
    }

    @Test("a picture of two by two pixels")
    func tiny() {
        var picture = Picture(2, 2)
        picture.draw([.sample(0, 0, 2, 2)], with: annotator(picture, words: true))
        #expect(picture.luma(0, 0) != Picture.grey)
    }

    @Test("nothing to draw changes nothing")
    func nothing() {
        var picture = Picture(64, 48)
        let before = picture
        picture.draw([], with: annotator(picture, words: true))
        #expect(picture == before)
    }

    @Test("the same boxes in any order of tracks give the same picture, also with a used annotator")
    func order() {
        let boxes = [
            LabelledBox.sample(10, 30, 60, 60, track: 2), .sample(30, 30, 60, 60, track: 1, label: "車"),
            .sample(100, 80, 60, 60, track: nil),
        ]
        var first = Picture(320, 240)
        let used = annotator(first, words: true)
        first.draw(boxes, with: used)
        var second = Picture(320, 240)
        second.draw(boxes.reversed(), with: used)
        #expect(first == second)
    }
}

@Suite("Labels")
struct LabelTests {
    @Test("a label stands above its box, or inside at the top of the frame")
    func place() {
        var picture = Picture(320, 240)
        picture.draw([.sample(100, 100, 80, 60)], with: annotator(picture, words: true))
        #expect(picture.touchedRows[..<80].allSatisfy { $0 == 0 })
        #expect(picture.touchedRows[90] > 20)
        var top = Picture(320, 240)
        top.draw([.sample(100, 0, 80, 60)], with: annotator(top, words: true))
        #expect(top.touchedRows[70...].contains { $0 > 20 } || top.touchedRows[6] > 20)
    }

    @Test("a label at the right border is moved left, into the frame")
    func rightBorder() {
        var picture = Picture(320, 240)
        picture.draw([.sample(310, 100, 30, 60)], with: annotator(picture, words: true))
        let row = (0..<320).filter { picture.luma($0, 93) != Picture.grey }
        #expect(row.count > 10 && (row.first ?? 320) < 305)
        #expect(picture.hasCleanPadding)
    }

    @Test("labels of neighbours do not cover each other")
    func neighbours() {
        let plate = ImageSize(width: 60, height: 14)
        let boxes = [0, 20, 40].map { PixelRectangle(x: 100 + $0, y: 100, width: 30, height: 50) }
        var placement = PlatePlacement(frameSize: ImageSize(width: 320, height: 240), boxes: boxes)
        let places = boxes.indices.map { placement.place(plate, at: $0) }
        for first in places.indices {
            for second in places.indices where second > first {
                #expect(places[first].commonArea(with: places[second]) == 0)
            }
        }
        #expect(places[0] == PixelRectangle(x: 100, y: 86, width: 60, height: 14))
    }

    @Test("plates stay inside the frame wherever the box is")
    func insideFrame() {
        let frame = ImageSize(width: 100, height: 80)
        for x in stride(from: -60, through: 120, by: 20) {
            for y in stride(from: -60, through: 100, by: 20) {
                let box = PixelRectangle(x: x, y: y, width: 40, height: 30)
                var placement = PlatePlacement(frameSize: frame, boxes: [box])
                let place = placement.place(ImageSize(width: 50, height: 12), at: 0)
                #expect(place == place.clipped(to: frame))
            }
        }
    }
}

@Suite("Palette")
struct PaletteTests {
    @Test("neighbouring identities are far apart, and each colour is stable")
    func distances() {
        func distance(_ a: RGBColor, _ b: RGBColor) -> Int {
            abs(Int(a.red) - Int(b.red)) + abs(Int(a.green) - Int(b.green)) + abs(Int(a.blue) - Int(b.blue))
        }
        for index in 1...200 {
            let colour = Palette.colour(index)
            #expect(colour == Palette.colour(index))
            for step in 1...4 { #expect(distance(colour, Palette.colour(index + step)) > 40) }
            #expect(max(colour.red, colour.green, colour.blue) > 150, "never dark")
        }
        _ = [Palette.colour(0), Palette.colour(-5), Palette.colour(.max), Palette.colour(.min)]
    }

    @Test("text is black on light plates, white on dark ones")
    func textColour() {
        #expect(RGBColor(red: 255, green: 240, blue: 0).textColour == RGBColor(red: 0, green: 0, blue: 0))
        #expect(RGBColor(red: 20, green: 20, blue: 120).textColour == RGBColor(red: 255, green: 255, blue: 255))
    }

    @Test("sizes follow the frame")
    func sizes() {
        let style = AnnotationStyle()
        let small = ImageSize(width: 320, height: 240)
        let large = ImageSize(width: 1920, height: 1080)
        #expect(style.lineWidth(for: small) == 1 && style.lineWidth(for: large) == 4)
        #expect(style.fontSize(for: small) == 10 && style.fontSize(for: large) == 23)
    }
}
