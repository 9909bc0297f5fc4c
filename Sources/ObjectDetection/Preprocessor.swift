package import Imaging
package import Tensors

/// Turns displayed frames into a model's input tensor; keeps its tables and row buffers from frame to frame.
package struct Preprocessor: Sendable {
    /// `[1, 3, height, width]`.
    package let inputShape: Shape
    private let inputSize: ImageSize
    private let resizeMode: ResizeMode
    private let normalisation: ChannelNormalisation
    private let padValue: UInt8
    private var fitting: Fitting?
    /// One resized row, packed RGB.
    private var row: [UInt8] = []

    /// The tables for one size of source frame.
    private struct Fitting {
        let letterbox: Letterbox
        var resizer: BilinearResizer
    }

    /// Throws `invalidDescription` where the description contradicts itself.
    package init(description: ModelDescription) throws(DetectionError) {
        try description.validate()
        inputSize = description.inputSize
        inputShape = [1, 3, inputSize.height, inputSize.width]
        resizeMode = description.resizeMode
        normalisation = ChannelNormalisation(description)
        padValue = description.padValue
    }

    /// The geometry of a frame of `source` pixels inside the model's input.
    package func letterbox(for source: ImageSize) -> Letterbox {
        Letterbox(source: source, target: inputSize, mode: resizeMode)
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
        for y in 0..<inputSize.height {
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
        let letterbox = letterbox(for: source)
        return Fitting(
            letterbox: letterbox, resizer: BilinearResizer(source: source, target: letterbox.content))
    }

    /// Row `y` of one channel: padding up to `left`, then the pixels of `row`, then padding.
    private func writeRow(
        _ y: Int, of channel: Int, from row: Span<UInt8>, left: Int, into values: inout MutableSpan<Float>
    ) {
        let table = normalisation.tables[channel]
        let padding = table[Int(padValue)]
        let content = row.count / 3
        var position = (channel * inputSize.height + y) * inputSize.width
        let end = position + inputSize.width
        for _ in 0..<left {
            values[position] = padding
            position += 1
        }
        var source = normalisation.sourceChannels[channel]
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

/// `(pixel * scale - mean) / std` for every pixel value of each tensor channel.
private struct ChannelNormalisation: Sendable {
    /// One table of 256 values a tensor channel.
    let tables: [[Float]]
    /// Which of red, green, blue each tensor channel is.
    let sourceChannels: [Int]

    init(_ description: ModelDescription) {
        sourceChannels = description.colourOrder == .rgb ? [0, 1, 2] : [2, 1, 0]
        tables = (0..<3).map { channel in
            (0..<256).map { pixel in
                let value = Double(pixel) * description.scale - description.mean[channel]
                return Float(value / description.standardDeviation[channel])
            }
        }
    }
}
