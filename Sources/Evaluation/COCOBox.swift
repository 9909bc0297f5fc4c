package import Imaging

/// A rectangle in pixels, left, top, width and height, in the precision that COCO's figures are computed in.
package struct COCOBox: Sendable, Hashable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The same rectangle, exactly.
    package init(_ box: BoundingBox) {
        self.init(x: Double(box.x), y: Double(box.y), width: Double(box.width), height: Double(box.height))
    }

    /// Square pixels.
    package var area: Double { width * height }

    /// How much the box, which was found, overlaps `object`, 0...1: intersection over union, or where the object is a crowd the
    /// part of the box that lies in it. 0 where they only touch.
    package func overlap(with object: COCOBox, isCrowd: Bool) -> Double {
        let across = min(x + width, object.x + object.width) - max(x, object.x)
        let down = min(y + height, object.y + object.height) - max(y, object.y)
        guard across > 0, down > 0 else { return 0 }
        let intersection = across * down
        return intersection / (isCrowd ? area : area + object.area - intersection)
    }
}
