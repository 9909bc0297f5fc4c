import Imaging

/// Finds places for labels: at their box, inside the frame, and not on top of each other where that can be avoided.
struct PlatePlacement {
    let frameSize: ImageSize
    private var taken: [PixelRectangle] = []

    init(frameSize: ImageSize) { self.frameSize = frameSize }

    /// A place for a plate of `size` pixels that belongs to the outline `box`, which is then taken.
    mutating func place(_ size: ImageSize, at box: PixelRectangle) -> PixelRectangle {
        let above = (x: box.x, y: box.y - size.height)
        let below = (x: box.x, y: box.maxY)
        let insideTop = (x: box.x, y: box.y)
        let insideBottom = (x: box.x, y: box.maxY - size.height)
        let fitsAbove = above.y >= 0
        let choices = fitsAbove ? [above, below, insideTop, insideBottom] : [insideTop, below, insideBottom]
        let places = choices.map { inFrame(PixelRectangle(x: $0.x, y: $0.y, width: size.width, height: size.height)) }
        let free = places.first { place in !taken.contains { $0.intersects(place) } }
        let place = free ?? places[0]
        taken.append(place)
        return place
    }

    /// Moved into the frame; a plate larger than the frame keeps its top left corner visible.
    private func inFrame(_ plate: PixelRectangle) -> PixelRectangle {
        var result = plate
        result.x = max(0, min(plate.x, frameSize.width - plate.width))
        result.y = max(0, min(plate.y, frameSize.height - plate.height))
        return result
    }
}
