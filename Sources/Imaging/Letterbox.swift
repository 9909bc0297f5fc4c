/// How a picture is fitted into a model's input rectangle.
package enum ResizeMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Aspect ratio kept, picture centred, the rest filled (YOLOv5).
    case letterbox
    /// Aspect ratio kept, picture at the top left, the rest filled (YOLOX).
    case letterboxTopLeft = "letterbox-top-left"
    /// Both axes scaled on their own to fill the rectangle (SSD).
    case stretch
}

/// The geometry of fitting a picture of `source` pixels into a model input of `target` pixels, and the way back for boxes.
package struct Letterbox: Sendable, Hashable {
    /// The picture as displayed.
    package let source: ImageSize
    /// The model's input rectangle.
    package let target: ImageSize
    /// Size of the scaled picture inside `target`.
    package let content: ImageSize
    /// Left margin inside `target`, pixels.
    package let offsetX: Int
    /// Top margin inside `target`, pixels.
    package let offsetY: Int
    /// Target pixels for each source pixel, horizontally.
    package let scaleX: Float
    /// Target pixels for each source pixel, vertically.
    package let scaleY: Float

    package init(source: ImageSize, target: ImageSize, mode: ResizeMode) {
        self.source = source
        self.target = target
        guard mode != .stretch else {
            (content, offsetX, offsetY) = (target, 0, 0)
            scaleX = Float(target.width) / Float(source.width)
            scaleY = Float(target.height) / Float(source.height)
            return
        }
        let ratio = min(Double(target.width) / Double(source.width), Double(target.height) / Double(source.height))
        content = ImageSize(
            width: max(1, Int((Double(source.width) * ratio).rounded(.toNearestOrEven))),
            height: max(1, Int((Double(source.height) * ratio).rounded(.toNearestOrEven))))
        (scaleX, scaleY) = (Float(ratio), Float(ratio))
        let centred = mode == .letterbox
        offsetX = centred ? Self.leadingMargin(target.width - content.width) : 0
        offsetY = centred ? Self.leadingMargin(target.height - content.height) : 0
    }

    /// Half the free space; an odd pixel goes to the trailing side, as in the YOLOv5 reference (`round(d/2 - 0.1)`).
    private static func leadingMargin(_ space: Int) -> Int { max(0, space / 2) }

    /// The rows of `target` above or below the picture, whichever are more.
    package var largerMargin: Range<Int> {
        let end = offsetY + content.height
        return target.height - end >= offsetY ? end..<max(end, target.height) : 0..<offsetY
    }

    /// A box in target pixels, moved to source pixels; not clipped.
    package func toSource(_ box: BoundingBox) -> BoundingBox {
        BoundingBox(
            x: (box.x - Float(offsetX)) / scaleX, y: (box.y - Float(offsetY)) / scaleY,
            width: box.width / scaleX, height: box.height / scaleY)
    }
}
