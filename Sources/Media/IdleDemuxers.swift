import Synchronization

/// Open files that nobody reads at the moment. A worker reads many ranges of the same file, and opening one, with the look at its streams that
/// FFmpeg takes, costs as much as decoding several frames.
enum IdleDemuxers {
    /// `@unchecked Sendable`: whoever takes a demuxer out is its only owner.
    private struct Entry: @unchecked Sendable {
        let file: FileIdentity
        let demuxer: Demuxer
    }

    private static let idle = Mutex<[Entry]>([])
    private static let limit = 2

    /// Containers with a header that tells all of their streams. Others learn about streams as they are read, so that one that has been
    /// read is not like one that has just been opened.
    private static let formats: Set<String> = ["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi"]

    /// An open demuxer of the file as it is now, anywhere in it and with any streams selected; nil where there is none.
    static func take(_ path: String) -> Demuxer? {
        guard let file = try? FileIdentity(path: path) else { return nil }
        return idle.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.file == file }) else { return nil }
            return entries.remove(at: place).demuxer
        }
    }

    /// Keeps a demuxer for the next reader; the caller does not use it any more.
    static func giveBack(_ demuxer: Demuxer, of file: FileIdentity) {
        guard formats.contains(demuxer.formatName) else { return }
        idle.withLock { entries in
            entries.insert(Entry(file: file, demuxer: demuxer), at: 0)
            if entries.count > limit { entries.removeLast() }
        }
    }
}
