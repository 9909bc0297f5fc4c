package import Imaging
package import Tensors

/// Turns displayed frames into a model's input tensor; keeps its tables and row buffers from frame to frame.
package struct Preprocessor: Sendable {
    /// `[1, 3, height, width]`.
    package let inputShape: Shape
    /// How the model wants its pictures.
    package let form: InputForm
    /// The value of each level, for each channel of the tensor.
    private let values: [[Float]]
    private var fitting: Fitting?
    /// One resized row, packed RGB.
    private var row: [UInt8] = []

    /// The tables for one size of source frame.
    private struct Fitting {
        let letterbox: Letterbox
        var resizer: PictureResizer
    }

    /// Throws `invalidDescription` where the description contradicts itself.
    package init(description: ModelDescription) throws(DetectionError) {
        try description.validate()
        form = description.inputForm
        inputShape = [1, 3, form.size.height, form.size.width]
        values = form.channels.map { channel in
            (0..<256).map { Float(Double($0) * channel.factor + channel.offset) }
        }
    }

    /// Writes the normalised, letterboxed `image` into `values`, layout `inputShape`; allocates only when the size of
    /// the frame differs from the one before. `values` must have `inputShape.count` elements.
    @discardableResult
    package mutating func write(_ image: RGBImage, into values: inout MutableSpan<Float>) -> Letterbox {
        precondition(values.count == inputShape.count, "\(inputShape) has \(inputShape.count) elements")
        var fitting = self.fitting.take() ?? makeFitting(for: image.size)
        if fitting.letterbox.source != image.size { fitting = makeFitting(for: image.size) }
        let letterbox = fitting.letterbox
        var row: [UInt8] = []
        swap(&row, &self.row)
        if row.count != letterbox.content.width * 3 { row = Array(repeating: 0, count: letterbox.content.width * 3) }
        for y in 0..<form.size.height {
            let contentY = y - letterbox.offsetY
            let isPadding = contentY < 0 || contentY >= letterbox.content.height
            if !isPadding {
                var bytes = row.mutableSpan
                fitting.resizer.resizeRow(contentY, of: image.pixels.span, into: &bytes)
            }
            for channel in 0..<3 {
                let pixels = row.span.extracting(first: isPadding ? 0 : row.count)
                writeRow(y, of: channel, from: pixels, left: letterbox.offsetX, into: &values)
            }
        }
        swap(&row, &self.row)
        self.fitting = fitting
        return letterbox
    }

    /// As `write(_:into:)` for a span, with an array that is given the right length first.
    @discardableResult
    package mutating func write(_ image: RGBImage, into values: inout [Float]) -> Letterbox {
        if values.count != inputShape.count { values = Array(repeating: 0, count: inputShape.count) }
        var span = values.mutableSpan
        return write(image, into: &span)
    }

    /// The input tensor for `image`, newly allocated, and its geometry.
    package mutating func tensor(for image: RGBImage) -> (tensor: Tensor, letterbox: Letterbox) {
        var values: [Float] = []
        let letterbox = write(image, into: &values)
        return (Tensor(values, shape: inputShape), letterbox)
    }

    private func makeFitting(for source: ImageSize) -> Fitting {
        let letterbox = form.letterbox(for: source)
        return Fitting(
            letterbox: letterbox, resizer: PictureResizer(source: source, target: letterbox.content, form.resampling))
    }

    /// Row `y` of one channel: padding up to `left`, then the pixels of `row`, then padding.
    private func writeRow(
        _ y: Int, of channel: Int, from row: Span<UInt8>, left: Int, into values: inout MutableSpan<Float>
    ) {
        let table = self.values[channel]
        let padding = table[Int(form.padValue)]
        let content = row.count / 3
        var position = (channel * form.size.height + y) * form.size.width
        let end = position + form.size.width
        for _ in 0..<left {
            values[position] = padding
            position += 1
        }
        var source = form.channels[channel].colour
        for _ in 0..<content {
            values[position] = table[Int(row[source])]
            position += 1
            source += 3
        }
        while position < end {
            values[position] = padding
            position += 1
        }
    }
}

extension ModelDescription {
    /// How the model wants its pictures: the channels in the tensor's order, their normalisation as factor and offset.
    package var inputForm: InputForm {
        let channels = (0..<3).map { channel in
            InputForm.Channel(
                colour: colourOrder == .rgb ? channel : 2 - channel, factor: scale / standardDeviation[channel],
                offset: -mean[channel] / standardDeviation[channel])
        }
        return InputForm(
            size: inputSize, resizeMode: resizeMode, resampling: resampling, channels: channels, padValue: padValue)
    }
}
