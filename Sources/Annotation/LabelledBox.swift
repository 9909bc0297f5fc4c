package import Imaging

/// One object to draw.
package struct LabelledBox: Sendable, Hashable {
    /// Pixels of the frame as displayed.
    package var box: BoundingBox
    /// The object's identity in its video; nil for a detection without one.
    package var trackID: Int?
    package var classIndex: Int
    /// Name of the class, any Unicode text.
    package var label: String
    /// Confidence in 0...1.
    package var score: Float

    package init(box: BoundingBox, trackID: Int?, classIndex: Int, label: String, score: Float) {
        self.box = box
        self.trackID = trackID
        self.classIndex = classIndex
        self.label = label
        self.score = score
    }
}

extension LabelledBox {
    /// The number whose colour it has: that of its track, or of its class where it has none.
    var colourIndex: Int { trackID ?? classIndex }

    var colour: RGBColor { Palette.colour(colourIndex) }
}

extension [LabelledBox] {
    /// Tracks in order of their number, then detections without one.
    var inDrawingOrder: [LabelledBox] {
        func key(_ box: LabelledBox) -> Int { box.trackID ?? .max }
        return enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }.map(\.element)
    }
}
