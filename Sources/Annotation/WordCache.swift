import Imaging
import Media

/// Rasterised words. Bounded: when full, everything is forgotten, which costs one slow frame in thousands.
final class WordCache {
    private let rasterizer: TextRasterizer
    private let limit: Int
    private var masks: [String: CoverageMask] = [:]

    init(fontSize: Float, limit: Int = 1024) {
        rasterizer = TextRasterizer(fontSize: fontSize)
        self.limit = limit
    }

    func mask(of word: String) -> CoverageMask {
        if let mask = masks[word] { return mask }
        if masks.count >= limit { masks.removeAll(keepingCapacity: true) }
        let mask = rasterizer.rasterize(word)
        masks[word] = mask
        return mask
    }
}
