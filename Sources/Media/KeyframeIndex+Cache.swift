import Synchronization

extension KeyframeIndex {
    /// Indices of the files that this process read last. A worker reads many ranges of the same file.
    private static let recent = Mutex<[(file: FileIdentity, index: KeyframeIndex)]>([])
    private static let recentLimit = 4

    /// The index of the file, built once as long as the file stays the same.
    package static func cached(path: String) throws(FFmpegError) -> KeyframeIndex {
        let identity = try FileIdentity(path: path)
        if let known = recent.withLock({ $0.first { $0.file == identity }?.index }) { return known }
        let video = try OpenVideo(path: path)
        let index = try KeyframeIndex(of: video)
        // Whoever asks for the index reads the file next.
        IdleVideos.giveBack(video, of: identity)
        recent.withLock { entries in
            entries.insert((identity, index), at: 0)
            if entries.count > recentLimit { entries.removeLast() }
        }
        return index
    }
}
