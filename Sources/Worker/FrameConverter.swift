package import Imaging
package import Kernels
package import Media
package import ObjectDetection

/// How a frame lies in a model's input.
package struct InputPlacement: Sendable, Hashable {
    package let letterbox: Letterbox
    /// The conversion that the model has to do, where it gets luma and colour differences; nil where it gets RGB.
    package let colours: ColourConversion?

    /// Input rows that are all the same in each channel: the larger margin of the letterbox.
    var alikeRows: Range<Int> {
        let margin = letterbox.largerMargin
        guard colours != nil else { return margin }
        // Rows of squares without any of the picture.
        let first = (margin.lowerBound + 1) / 2
        return first..<max(first, margin.upperBound / 2)
    }
}

/// Turns frames of one video into a model's input: straight from the decoder's planes, or by way of a picture where a frame has
/// an unusual form. Keeps its tables; one thread at a time.
package struct FrameConverter: ~Copyable {
    private let folded: FoldedTensorConverter?
    private let straight: TensorConverter
    private let pictures: RGBConverter
    private var preprocessor: Preprocessor

    /// A converter for frames of the video `info`, by the kernels of one instruction set.
    ///
    /// - Parameter foldsColours: whether to leave colours to the model where that is possible.
    package init(
        displayed info: VideoInfo, preprocessor: Preprocessor, kernels: KernelTable, foldsColours: Bool = false
    ) {
        folded =
            foldsColours ? FoldedTensorConverter(displayed: info, as: preprocessor.form, kernels: kernels) : nil
        straight = TensorConverter(displayed: info, as: preprocessor.form, kernels: kernels)
        pictures = RGBConverter(displayed: info)
        self.preprocessor = preprocessor
    }

    /// Writes the frame as displayed into `values`, layout `[1, 3, height, width]`, or `[1, 3, height / 2, width]` where the
    /// colours are left to the model; `values` get the right length.
    package mutating func convert(
        _ frame: VideoFrame, into values: inout [Float]
    ) throws(FFmpegError) -> InputPlacement {
        if let (letterbox, colours) = folded?.convert(frame, into: &values) {
            return InputPlacement(letterbox: letterbox, colours: colours)
        }
        if let letterbox = straight.convert(frame, into: &values) {
            return InputPlacement(letterbox: letterbox, colours: nil)
        }
        return InputPlacement(letterbox: preprocessor.write(try pictures.convert(frame), into: &values), colours: nil)
    }
}
