package import Imaging

/// One object found in one frame.
package struct Detection: Sendable, Hashable {
    /// Index into the model's labels.
    package var classIndex: Int
    /// Confidence in 0...1.
    package var score: Float
    /// Position in pixels of the frame as displayed.
    package var box: BoundingBox

    package init(classIndex: Int, score: Float, box: BoundingBox) {
        self.classIndex = classIndex
        self.score = score
        self.box = box
    }
}
