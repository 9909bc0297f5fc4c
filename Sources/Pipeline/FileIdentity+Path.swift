import Foundation
import Journal
import Media

extension FileIdentity {
    /// The identity of the file behind `path`, links followed; nil where there is none.
    init?(path: String) {
        guard let stamp = FileStamp(path: path) else { return nil }
        self.init(size: stamp.size, modified: stamp.modified)
    }

    /// Whether the file at `path`, which looks like this now, holds what it held. Reads a sample of it where it was touched.
    func hasContent(of earlier: FileIdentity, path: String) -> Bool {
        if isUntouched(since: earlier) { return true }
        guard size == earlier.size, let digest = earlier.digest else { return false }
        return (try? ContentDigest.sample(ofFile: path)) == digest
    }
}
