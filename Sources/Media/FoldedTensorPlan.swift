import CFFmpeg
import Imaging
import Kernels

/// All that is the same for every frame of one format on its way into a model that converts colours itself.
struct FoldedTensorPlan {
    let letterbox: Letterbox
    let colours: ColourConversion
    /// Rows for one thread to work with.
    let workspace: PictureWorkspace
    private let samples: PictureSamples
    private let tables: FoldedPictureTables
    private let target: FoldedPictureForm
    private let components: ChromaComponents

    /// nil where the colours of pictures of this format have to be converted first.
    init?(_ format: PictureFormat, displayed orientation: Orientation, as form: InputForm) {
        let pixelFormat = AVPixelFormat(rawValue: format.pixelFormat)
        guard form.resampling == .bilinear, FoldableVideo.obstacle(pixelFormat, orientation) == nil,
            form.size.width % 2 == 0,
            form.size.height % 2 == 0, let descriptor = pixelFormat.descriptor,
            let samples = PictureSamples(pixelFormat, width: format.size.width)
        else { return nil }
        self.samples = samples
        components = ChromaComponents(descriptor)
        letterbox = form.letterbox(for: orientation.displaySize(of: format.size))
        colours = ColourConversion(ColourWeights(format.matrix, isFullRange: format.isFullRange))
        target = FoldedPictureForm(FoldedInputForm(form, colours), letterbox)
        tables = FoldedPictureTables(letterbox, decoded: format.size, samples, orientation)
        workspace = PictureWorkspace(width: max(format.size.width, letterbox.content.width + 2))
    }

    /// The work of writing `frame` to the tensor that starts at `output`; valid as long as the plan and both of these.
    func operation(_ frame: AVFrameBox, to output: UnsafeMutablePointer<Float>) -> FoldedPictureOperation {
        FoldedPictureOperation(
            planes: PicturePlanes(frame, components, isGrey: false), lumaWidth: samples.width,
            chromaWidth: samples.chromaWidth, chromaStep: samples.chromaStep, taps: tables.taps, form: target,
            output: output)
    }
}

extension FoldedPictureTables {
    fileprivate convenience init(
        _ letterbox: Letterbox, decoded size: ImageSize, _ samples: PictureSamples, _ orientation: Orientation
    ) {
        let content = letterbox.content
        let chromaSize = ImageSize(width: samples.chromaWidth, height: ChromaPlan.count(size.height, 1))
        let luma = DisplayTaps(
            rows: ResizeTap.rows(source: size.height, target: content.height),
            columns: ResizeTap.columns(source: size.width, target: content.width), decoded: size, orientation)
        let chroma = DisplayTaps(
            rows: ResizeTap.cells(source: chromaSize.height, target: content.height, margin: letterbox.offsetY),
            columns: ResizeTap.cells(source: chromaSize.width, target: content.width, margin: letterbox.offsetX),
            decoded: chromaSize, orientation)
        self.init(
            lumaRows: luma.rows.flatMap(\.numbers), lumaColumns: luma.columns.flatMap(\.numbers),
            chromaRows: chroma.rows.flatMap(\.numbers), chromaColumns: chroma.columns.flatMap(\.numbers))
    }
}

extension FoldedPictureForm {
    init(_ form: FoldedInputForm, _ letterbox: Letterbox) {
        let targets = (0..<3).map { Target(offset: Float(-form.zero[$0]), padding: Float(form.padding[$0])) }
        self.init(
            width: form.unfolded.size.width, height: form.unfolded.size.height, contentX: letterbox.offsetX,
            contentY: letterbox.offsetY, contentWidth: letterbox.content.width, contentHeight: letterbox.content.height,
            luma: targets[0], blue: targets[1], red: targets[2])
    }
}

extension ColourConversion {
    /// The same map as `weights`, which have 13 fraction bits (9 for the luma value of black).
    init(_ weights: ColourWeights) {
        func unit(_ weight: Int32) -> Double { Double(weight) / 8192 }
        self.init(
            luma: unit(weights.luma), black: Double(weights.black) / 512, redOfRed: unit(weights.redOfRed),
            greenOfBlue: unit(weights.greenOfBlue), greenOfRed: unit(weights.greenOfRed),
            blueOfBlue: unit(weights.blueOfBlue))
    }
}
