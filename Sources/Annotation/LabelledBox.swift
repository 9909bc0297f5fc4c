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
