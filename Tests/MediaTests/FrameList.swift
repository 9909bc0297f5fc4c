import Media

/// A frame as far as tests compare it.
struct FrameEntry: Hashable, CustomStringConvertible {
    let pts: Int64
    let hash: String

    var description: String { "\(pts) \(hash)" }
}

extension VideoReader {
    /// The frames that are left.
    func remaining() throws -> [FrameEntry] {
        var entries: [FrameEntry] = []
        while let frame = try nextFrame() { entries.append(FrameEntry(pts: frame.pts, hash: frame.md5())) }
        return entries
    }
}

/// All frames, decoded in one go.
func sequentialFrames(_ path: String) throws -> [FrameEntry] { try VideoReader(path: path).remaining() }

/// The frames of all batches, read one after the other as one worker does.
func batchedFrames(_ path: String, maximumFrames: Int) throws -> [FrameEntry] {
    var last: VideoReader?
    return try KeyframeIndex.build(path: path).batches(maximumFrames: maximumFrames).flatMap { range in
        let reader = try VideoReader(path: path, range: range, after: last)
        last = reader
        return try reader.remaining()
    }
}

/// The frames of all batches, each read by a worker of its own.
func framesReadApart(_ path: String, maximumFrames: Int) throws -> [FrameEntry] {
    try KeyframeIndex.build(path: path).batches(maximumFrames: maximumFrames).flatMap {
        try VideoReader(path: path, range: $0).remaining()
    }
}

/// Where two lists part, in words; nil where they are equal.
func firstDifference(_ a: [FrameEntry], _ b: [FrameEntry]) -> String? {
    if let index = zip(a, b).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
        return "frame \(index): \(a[index]) against \(b[index])"
    }
    return a.count == b.count ? nil : "\(a.count) against \(b.count) frames"
}
