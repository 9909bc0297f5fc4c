import CFFmpeg
import Imaging
import Kernels

/// All that is the same for every frame of one format on its way into a model's input.
struct TensorPlan {
    let letterbox: Letterbox
    /// Rows for one thread to work with.
    let workspace: PictureWorkspace
    private let chroma: ChromaPlan
    private let colour: ColourWeights
    private let tables: PictureTables
    private let isTurned: Bool
    private let target: TensorForm
    private let components: ChromaComponents

    /// nil where the kernel does not handle pictures of this format, or not this way of scaling. `isCentred`: chroma lies in the middle of its luma samples
    /// because the picture says so.
    init?(_ format: PictureFormat, isCentred: Bool, displayed orientation: Orientation, as form: InputForm) {
        guard form.resampling == .bilinear, let chroma = ChromaPlan(format, isCentred: isCentred),
            let descriptor = AVPixelFormat(rawValue: format.pixelFormat).descriptor
        else { return nil }
        self.chroma = chroma
        components = ChromaComponents(descriptor)
        letterbox = form.letterbox(for: orientation.displaySize(of: format.size))
        colour = ColourWeights(format.matrix, isFullRange: format.isFullRange)
        isTurned = orientation.quarterTurns % 2 == 1
        let taps = DisplayTaps(
            rows: ResizeTap.rows(source: letterbox.source.height, target: letterbox.content.height),
            columns: ResizeTap.columns(source: letterbox.source.width, target: letterbox.content.width),
            decoded: format.size, orientation)
        tables = PictureTables(
            chromaRows: chroma.rows.flatMap(\.numbers), chromaColumns: chroma.columns.flatMap(\.numbers),
            rows: taps.rows.flatMap(\.numbers), columns: taps.columns.flatMap(\.numbers))
        target = TensorForm(form, letterbox)
        workspace = PictureWorkspace(
            width: max(format.size.width, letterbox.content.width, letterbox.content.height))
    }

    /// The work of writing `frame` to the tensor that starts at `output`; valid as long as the plan and both of these.
    func operation(_ frame: AVFrameBox, to output: UnsafeMutablePointer<Float>) -> PictureOperation {
        let planes = PicturePlanes(frame, components, isGrey: chroma.samples.chromaStep == 0)
        return PictureOperation(
            planes: planes, samples: chroma.samples, rounding: chroma.rounding, colour: colour, taps: tables.taps,
            isTurned: isTurned, form: target,
            output: output)
    }
}

extension TensorForm {
    init(_ form: InputForm, _ letterbox: Letterbox) {
        let targets = (0..<3).map { colour in
            let plane = form.channels.firstIndex { $0.colour == colour } ?? colour
            let channel = form.channels[plane]
            return ChannelTarget(
                plane: plane, factor: Float(channel.factor), offset: Float(channel.offset),
                padding: Float(Double(form.padValue) * channel.factor + channel.offset))
        }
        self.init(
            width: form.size.width, height: form.size.height, contentX: letterbox.offsetX, contentY: letterbox.offsetY,
            contentWidth: letterbox.content.width, contentHeight: letterbox.content.height, red: targets[0],
            green: targets[1], blue: targets[2])
    }
}
