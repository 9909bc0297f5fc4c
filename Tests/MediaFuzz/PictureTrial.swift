import Annotation
import Imaging
import KernelsBaseline
import Media
import TestSupport

/// What a worker does with the pictures of a range: filtered, turned into a model's input in every way, drawn on, encoded.
struct PictureTrial {
    private let deinterlacing: Deinterlacing
    private let form: InputForm
    private let settings: EncoderSettings

    /// Larger pictures are not encoded: that is the encoder's affair, and it takes long.
    private static let largestEncoded = 1 << 21
    private static let largestRGB = 1 << 24

    init(_ choices: inout SeededGenerator) {
        deinterlacing = Deinterlacing.allCases.randomElement(using: &choices) ?? .automatic
        let mode = ResizeMode.allCases.randomElement(using: &choices) ?? .letterbox
        let sizes = [ImageSize(width: 64, height: 64), ImageSize(width: 96, height: 32)]
        form = InputForm(
            size: sizes.randomElement(using: &choices) ?? sizes[0], resizeMode: mode,
            channels: (0..<3).map { InputForm.Channel(colour: $0, factor: 1, offset: 0) }, padValue: 114)
        let isUnusual = Int.random(in: 0..<40, using: &choices) == 0
        let codec = isUnusual ? VideoCodec.allCases.randomElement(using: &choices) ?? .h264 : .h264
        settings = EncoderSettings(codec: codec, preset: codec == .h264 ? "ultrafast" : nil)
    }

    /// Writes the frames that are left to a segment, where there are any; how many.
    func render(_ reader: SelectedFrames, to segment: String, atMost most: Int) throws -> Int {
        let filter = FrameFilter(reader.info, deinterlacing: deinterlacing)
        let inputs = InputTrial(filter.info, form)
        let converter = YUVConverter(displayed: filter.info)
        let annotator = Annotator(frameSize: filter.info.displaySize)
        var writer: SegmentWriter?
        var count = 0
        while count < most, let step = try reader.next() {
            guard case .frame(let decoded) = step else { continue }
            count += 1
            let frame = try filter.apply(to: decoded)
            if filter.info.codedSize.area <= Self.largestRGB { try inputs.convert(frame) }
            guard filter.info.codedSize.area <= Self.largestEncoded else { continue }
            let picture = try converter.convert(frame)
            annotator.draw([Self.box(in: filter.info.displaySize)], on: picture)
            if writer == nil { writer = try SegmentWriter(path: segment, info: filter.info, settings: settings) }
            try writer?.write(picture)
        }
        try writer?.finish()
        return writer == nil ? 0 : count
    }

    /// Reaches over two edges of the picture.
    static func box(in size: ImageSize) -> LabelledBox {
        let box = BoundingBox(
            x: -3, y: Float(size.height) / 3, width: Float(size.width) / 2, height: Float(size.height))
        return LabelledBox(box: box, trackID: 1, classIndex: 0, label: "thing", score: 0.5)
    }
}

/// The ways from a frame to a model's input.
private struct InputTrial {
    private let straight: TensorConverter
    private let folded: FoldedTensorConverter
    private let pictures: RGBConverter

    init(_ info: VideoInfo, _ form: InputForm) {
        straight = TensorConverter(displayed: info, as: form, kernels: kernelTable)
        folded = FoldedTensorConverter(displayed: info, as: form, kernels: kernelTable)
        pictures = RGBConverter(displayed: info)
    }

    func convert(_ frame: VideoFrame) throws {
        var values: [Float] = []
        _ = folded.convert(frame, into: &values)
        _ = straight.convert(frame, into: &values)
        _ = try pictures.convert(frame)
    }
}
