import Imaging
import ObjectDetection
import Tensors
import Testing

private func description(_ mode: ResizeMode, _ size: ImageSize, order: ColourOrder = .rgb) -> ModelDescription {
    var description = ModelDescription(head: .yolox, inputSize: size, labels: ["a"], outputNames: ["o"])
    description.resizeMode = mode
    description.colourOrder = order
    return description
}

@Suite("Model input")
struct PreprocessorTests {
    private let pixel = RGBImage(size: ImageSize(width: 1, height: 1), pixels: [10, 20, 30])

    @Test("channels, scale, mean and deviation")
    func normalisation() throws {
        var bgr = description(.stretch, pixel.size, order: .bgr)
        #expect(try tensor(bgr, pixel) == [30, 20, 10])
        (bgr.scale, bgr.mean, bgr.standardDeviation) = (0.5, [1, 2, 3], [1, 2, 4])
        #expect(try tensor(bgr, pixel) == [14, 4, 0.5])
        var unit = description(.stretch, pixel.size)
        unit.scale = 1.0 / 255
        #expect(try tensor(unit, pixel) == [10 / 255, 20 / 255, 30 / 255] as [Float])
    }

    @Test("padding lies right and below, or around")
    func padding() throws {
        let size = ImageSize(width: 2, height: 4)
        let image = RGBImage(size: ImageSize(width: 2, height: 1), fill: 9)
        #expect(
            try tensor(description(.letterboxTopLeft, size), image).prefix(8) == [9, 9, 114, 114, 114, 114, 114, 114])
        #expect(try tensor(description(.letterbox, size), image).prefix(8) == [114, 114, 9, 9, 114, 114, 114, 114])
        #expect(try tensor(description(.stretch, size), image) == Array(repeating: 9, count: 24))
        let wide = ImageSize(width: 4, height: 2)
        let tall = RGBImage(size: ImageSize(width: 1, height: 2), fill: 9)
        #expect(try tensor(description(.letterbox, wide), tall).prefix(8) == [114, 9, 114, 114, 114, 9, 114, 114])
    }

    @Test("frames of changing size, and a buffer that is used again")
    func reuse() throws {
        var preprocessor = try Preprocessor(description: description(.letterbox, ImageSize(width: 8, height: 8)))
        var values: [Float] = []
        for size in [ImageSize(width: 16, height: 4), ImageSize(width: 3, height: 9), ImageSize(width: 16, height: 4)] {
            let image = RGBImage(size: size, fill: 7)
            let letterbox = preprocessor.write(image, into: &values)
            #expect(letterbox.source == size)
            #expect(values.count == 192)
            #expect(values.count { $0 == 7 } == letterbox.content.area * 3)
            #expect(values.count { $0 == 114 } == (64 - letterbox.content.area) * 3)
        }
    }

    private func tensor(_ description: ModelDescription, _ image: RGBImage) throws -> [Float] {
        var preprocessor = try Preprocessor(description: description)
        return try #require(preprocessor.tensor(for: image).tensor.floats)
    }
}
