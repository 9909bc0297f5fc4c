import Synchronization

/// Open files that nobody reads at the moment. A worker reads many ranges of the same file, and opening one, with the look at its streams that
/// FFmpeg takes, costs as much as decoding several frames.
enum IdleVideos {
    /// `@unchecked Sendable`: whoever takes a video out is its only owner.
    private struct Entry: @unchecked Sendable {
        let file: FileIdentity
        let video: OpenVideo
    }

    private static let idle = Mutex<[Entry]>([])
    private static let limit = 2

    /// The open file as it is now, read to anywhere; nil where there is none.
    static func take(_ path: String) -> OpenVideo? {
        guard let file = try? FileIdentity(path: path) else { return nil }
        return idle.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.file == file }) else { return nil }
            return entries.remove(at: place).video
        }
    }

    /// Keeps an open file for the next reader; the caller does not use it any more.
    static func giveBack(_ video: OpenVideo, of file: FileIdentity) {
        idle.withLock { entries in
            entries.insert(Entry(file: file, video: video), at: 0)
            if entries.count > limit { entries.removeLast() }
        }
    }
}
