import Annotation
import Imaging
import Media

/// The planes of a 4:2:0 frame of one grey, with some bytes of padding in each row.
struct Picture: Equatable {
    static let grey: UInt8 = 100

    let canvas: Canvas
    var luma: [UInt8]
    var blue: [UInt8]
    var red: [UInt8]

    init(_ width: Int, _ height: Int, matrix: ColourMatrix = .bt709, isFullRange: Bool = false) {
        canvas = Canvas(
            size: ImageSize(width: width, height: height), lumaStride: width + 6, chromaStride: width / 2 + 3,
            isFullRange: isFullRange, matrix: matrix)
        luma = Array(repeating: Self.grey, count: canvas.lumaStride * (height - 1) + width)
        blue = Array(repeating: 128, count: canvas.chromaStride * (height / 2 - 1) + width / 2)
        red = blue
    }

    mutating func draw(_ boxes: [LabelledBox], with annotator: Annotator) {
        var planes = (luma, blue, red)
        (luma, blue, red) = ([], [], [])
        draw(boxes, with: annotator, &planes.0, &planes.1, &planes.2)
        (luma, blue, red) = planes
    }

    private func draw(
        _ boxes: [LabelledBox], with annotator: Annotator, _ luma: inout [UInt8], _ blue: inout [UInt8],
        _ red: inout [UInt8]
    ) {
        var lumaSpan = luma.mutableSpan
        var blueSpan = blue.mutableSpan
        var redSpan = red.mutableSpan
        annotator.draw(boxes, &lumaSpan, &blueSpan, &redSpan, canvas)
    }

    func luma(_ x: Int, _ y: Int) -> UInt8 { luma[y * canvas.lumaStride + x] }
    func chroma(_ x: Int, _ y: Int) -> [UInt8] {
        [blue[y / 2 * canvas.chromaStride + x / 2], red[y / 2 * canvas.chromaStride + x / 2]]
    }

    /// Number of luma samples that differ from the grey, by row.
    var touchedRows: [Int] {
        (0..<canvas.size.height).map { y in (0..<canvas.size.width).count { luma($0, y) != Self.grey } }
    }

    /// Whether the bytes between the rows are as before.
    var hasCleanPadding: Bool {
        (0..<canvas.size.height - 1).allSatisfy { y in
            (canvas.size.width..<canvas.lumaStride).allSatisfy { luma($0, y) == Self.grey }
        }
    }
}

extension LabelledBox {
    static func sample(
        _ x: Float, _ y: Float, _ width: Float, _ height: Float, track: Int? = 1, label: String = "person"
    ) -> LabelledBox {
        LabelledBox(
            box: BoundingBox(x: x, y: y, width: width, height: height), trackID: track, classIndex: 0, label: label,
            score: 0.87)
    }
}
