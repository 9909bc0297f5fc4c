import Imaging

extension Layer {
    /// Blends the layer into the planes of a 4:2:0 frame. A chroma sample takes the mean coverage of its four pixels.
    func paint(
        _ luma: inout MutableSpan<UInt8>, _ blue: inout MutableSpan<UInt8>, _ red: inout MutableSpan<UInt8>,
        _ canvas: Canvas
    ) {
        let visible = rectangle.clipped(to: canvas.size)
        guard visible.width > 0, visible.height > 0, opacity > 0 else { return }
        let paint = YUVColour(colour, on: canvas)
        for y in visible.y..<visible.maxY {
            for x in visible.x..<visible.maxX {
                blend(paint.luma, Int(coverage(x, y)), 255, &luma[y * canvas.lumaStride + x])
            }
        }
        for chromaY in visible.y / 2..<(visible.maxY + 1) / 2 {
            for chromaX in visible.x / 2..<(visible.maxX + 1) / 2 {
                let sum = chromaCoverage(chromaX, chromaY, visible)
                let index = chromaY * canvas.chromaStride + chromaX
                blend(paint.blue, sum, 4 * 255, &blue[index])
                blend(paint.red, sum, 4 * 255, &red[index])
            }
        }
    }

    /// Coverage of the pixel at `x`, `y` of the frame, which lies inside the rectangle.
    private func coverage(_ x: Int, _ y: Int) -> UInt8 {
        switch coverage {
        case .uniform(let value): value
        case .mask(let mask): mask.coverage[(y - rectangle.y) * rectangle.width + x - rectangle.x]
        }
    }

    /// Sum of the coverage of a chroma sample's four pixels.
    private func chromaCoverage(_ chromaX: Int, _ chromaY: Int, _ visible: PixelRectangle) -> Int {
        var sum = 0
        for y in max(2 * chromaY, visible.y)..<min(2 * chromaY + 2, visible.maxY) {
            for x in max(2 * chromaX, visible.x)..<min(2 * chromaX + 2, visible.maxX) {
                sum += Int(coverage(x, y))
            }
        }
        return sum
    }

    /// Moves `value` towards `target` by `coverage / full` of the opacity.
    private func blend(_ target: UInt8, _ coverage: Int, _ full: Int, _ value: inout UInt8) {
        guard coverage > 0 else { return }
        let weight = coverage * Int(opacity)
        let whole = full * 255
        guard weight < whole else {
            value = target
            return
        }
        let mixed = Int(value) * (whole - weight) + Int(target) * weight
        value = UInt8(truncatingIfNeeded: (mixed + whole / 2) / whole)
    }
}
