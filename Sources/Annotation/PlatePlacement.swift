package import Imaging

/// Finds places for labels: at their box, inside the frame, hiding as little as possible of other labels and objects.
///
/// Each frame is laid out on its own, so that a video looks the same however it was cut into pieces for rendering.
package struct PlatePlacement {
    let frameSize: ImageSize
    /// The outlines of all objects of the frame.
    let boxes: [PixelRectangle]
    private var taken: [PixelRectangle] = []

    package init(frameSize: ImageSize, boxes: [PixelRectangle]) {
        self.frameSize = frameSize
        self.boxes = boxes
    }

    /// A place for a plate of `size` pixels that belongs to `boxes[index]`, which is then taken.
    package mutating func place(_ size: ImageSize, at index: Int) -> PixelRectangle {
        var best: (place: PixelRectangle, cost: Int)?
        for (rank, place) in places(size, at: boxes[index]).enumerated() {
            // Later choices must be clearly better, or labels would jump about from frame to frame.
            let cost = cost(of: place, at: index) + rank * size.area / 12
            if cost < best?.cost ?? .max { best = (place, cost) }
        }
        let place = best?.place ?? PixelRectangle(x: 0, y: 0, width: size.width, height: size.height)
        taken.append(place)
        return place
    }

    /// The possible places, the usual one first.
    private func places(_ size: ImageSize, at box: PixelRectangle) -> [PixelRectangle] {
        let rightAligned = box.maxX - size.width
        let corners = [
            (box.x, box.y - size.height), (rightAligned, box.y - size.height), (box.x, box.maxY),
            (rightAligned, box.maxY), (box.x, box.y), (box.x, box.maxY - size.height),
        ]
        return corners.map { inFrame(PixelRectangle(x: $0.0, y: $0.1, width: size.width, height: size.height)) }
    }

    /// How much a plate at `place` would hide: another label is worse than an object, the plate's own object worst of all
    /// objects because the label could always stand beside it.
    private func cost(of place: PixelRectangle, at index: Int) -> Int {
        let labels = taken.reduce(0) { $0 + $1.commonArea(with: place) }
        let objects = boxes.indices.reduce(0) { sum, other in
            other == index ? sum : sum + boxes[other].commonArea(with: place)
        }
        return 8 * labels + objects / 2 + boxes[index].commonArea(with: place)
    }

    /// Moved into the frame; a plate larger than the frame keeps its top left corner visible.
    private func inFrame(_ plate: PixelRectangle) -> PixelRectangle {
        var result = plate
        result.x = max(0, min(plate.x, frameSize.width - plate.width))
        result.y = max(0, min(plate.y, frameSize.height - plate.height))
        return result
    }
}
