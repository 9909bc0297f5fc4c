import Foundation
import Journal
import Media

extension FileIdentity {
    /// The identity of the file behind `path`, links followed; nil where there is none.
    init?(path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: realPath(path)),
            let size = attributes[.size] as? NSNumber, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        // Seconds and fraction apart: a double holds today's seconds to a quarter of a microsecond only.
        let interval = modified.timeIntervalSinceReferenceDate
        let seconds = interval.rounded(.down)
        let nanoseconds = ((interval - seconds) * 1e9).rounded()
        let epoch = Int64(Date.timeIntervalBetween1970AndReferenceDate)
        self.init(
            size: size.int64Value, modified: (Int64(seconds) + epoch) * 1_000_000_000 + Int64(nanoseconds))
    }

    /// Whether the file at `path`, which looks like this now, holds what it held. Reads a sample of it where it was touched.
    func hasContent(of earlier: FileIdentity, path: String) -> Bool {
        if isUntouched(since: earlier) { return true }
        guard size == earlier.size, let digest = earlier.digest else { return false }
        return (try? ContentDigest.sample(ofFile: path)) == digest
    }
}
