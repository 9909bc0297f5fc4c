package import Imaging

/// What is drawn and how large. Sizes left nil follow the frame, so that a thumbnail and a 4K frame look alike.
package struct AnnotationStyle: Sendable, Hashable {
    /// Width of box outlines in pixels; nil for about 1/270 of the shorter side.
    package var lineWidth: Int?
    /// Font size in pixels; nil for a size that grows slowly with the frame.
    package var fontSize: Float?
    package var showsLabel = true
    package var showsTrackID = true
    package var showsScore = true

    package init() {}

    /// Outline width for frames of `size`, pixels; at least 1.
    package func lineWidth(for size: ImageSize) -> Int {
        lineWidth.map { max(1, $0) } ?? max(1, Int((Double(Self.shorterSide(size)) / 270).rounded()))
    }

    /// Font size for frames of `size`, pixels.
    package func fontSize(for size: ImageSize) -> Float {
        fontSize.map { max(4, $0) } ?? (7 + Float(Self.shorterSide(size)) * 0.0145).rounded()
    }

    private static func shorterSide(_ size: ImageSize) -> Int { min(size.width, size.height) }
}
