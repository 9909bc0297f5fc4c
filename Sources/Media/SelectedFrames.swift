/// The frames of one range of a video that a selection chooses, decoded, and the times of the others. Belongs to one thread.
///
/// What is skipped is told from the packets, what is chosen comes out of `VideoReader`: so a frame is the same one as in a reading of
/// everything, and what lies between chosen frames costs nothing where decoding can start anew.
package final class SelectedFrames {
    package enum Step: Sendable {
        case frame(VideoFrame)
        /// A frame that is not looked at: its time in ticks of the stream's time base, and why.
        case skipped(pts: Int64, reason: String)
    }

    package let info: VideoInfo
    /// Damage met so far that concerns chosen frames, or has no known place in time.
    package var decodeErrors: [DecodeError] { earlierErrors + presentErrors }

    private let path: String
    private let place: DecodingPlace
    private let chooser: FrameChooser?
    /// Positions of the range's times that have not been told of.
    private var untold: Range<Int>
    private var stretches: ArraySlice<FrameRange>
    private var reader: VideoReader?
    private var waiting: VideoFrame?
    /// Damage of the stretches that are over.
    private var earlierErrors: [DecodeError] = []

    /// - Parameter choosers: knows the chosen frames of the video it was last asked about.
    /// - Parameter place: where decoding of the range begins.
    /// - Parameter previous: what has been read of an earlier range, to its end, and is of no further use.
    package init(
        path: String, range: FrameRange, choosers: FrameChoosers, from place: DecodingPlace = .stretch,
        after previous: SelectedFrames? = nil
    ) throws(FFmpegError) {
        self.path = path
        guard let (chooser, info) = try choosers.choice(for: path) else {
            let reader = try VideoReader(path: path, range: range, from: place, after: previous?.reader)
            (self.info, self.reader, chooser) = (reader.info, reader, nil)
            (untold, stretches, self.place) = (0..<0, [], place)
            return
        }
        self.chooser = chooser
        untold = chooser.positions(in: range)
        let stretches = chooser.stretches(in: range)
        self.stretches = stretches[...]
        // Where little is decoded, nothing is worth being decoded on the way there.
        let isMost = stretches.count == 1 && chooser.positions(in: stretches[0]).count > untold.count / 2
        self.place = isMost ? place : .nearest
        guard let first = self.stretches.popFirst() else {
            self.info = info
            return
        }
        let reader = try VideoReader(path: path, range: first, from: self.place, after: previous?.reader)
        (self.info, self.reader) = (reader.info, reader)
    }

    /// The next frame or skipped time of the range, in order of presentation; nil at the end.
    package func next() throws(FFmpegError) -> Step? {
        guard let chooser else { return try reader?.nextFrame().map { .frame($0) } }
        if waiting == nil { waiting = try nextChosen(chooser) }
        let end = waiting.map { chooser.position(of: $0.pts) } ?? untold.upperBound
        while let position = untold.first, position < end {
            untold.removeFirst()
            if let omission = chooser.omissions[position] {
                return .skipped(pts: chooser.times[position], reason: omission.reason)
            }
        }
        guard let frame = waiting else { return nil }
        waiting = nil
        if untold.first == end { untold.removeFirst() }
        return .frame(VideoFrame(frame.box, pts: frame.pts, duration: chooser.duration(of: frame)))
    }

    private func nextChosen(_ chooser: FrameChooser) throws(FFmpegError) -> VideoFrame? {
        while let reader {
            while let frame = try reader.nextFrame() {
                if chooser.isChosen(frame.pts) { return frame }
            }
            guard let stretch = stretches.popFirst() else { break }
            earlierErrors += presentErrors
            self.reader = nil
            self.reader = try VideoReader(path: path, range: stretch, from: place)
        }
        return nil
    }

    private var presentErrors: [DecodeError] {
        guard let errors = reader?.decodeErrors, let chooser else { return reader?.decodeErrors ?? [] }
        return errors.filter { $0.pts.map(chooser.isChosen) ?? true }
    }
}

/// The choosers of a selection: of the video that was asked about last, since a worker reads many ranges of the same one.
package final class FrameChoosers {
    private let selection: FrameSelection
    private var last: (path: String, choice: (chooser: FrameChooser, info: VideoInfo))?

    package init(_ selection: FrameSelection) { self.selection = selection }

    /// What is chosen of a video, and what the video is; nil where everything is chosen.
    func choice(for path: String) throws(FFmpegError) -> (chooser: FrameChooser, info: VideoInfo)? {
        guard !selection.isEverything else { return nil }
        if let last, last.path.utf8.elementsEqual(path.utf8) { return last.choice }
        let info = try VideoProbe.probe(path: path)
        let chooser = FrameChooser(selection, index: try KeyframeIndex.cached(path: path), info: info)
        last = (path, (chooser, info))
        return (chooser, info)
    }
}
