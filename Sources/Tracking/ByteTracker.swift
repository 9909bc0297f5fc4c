package import Imaging
package import ObjectDetection

/// ByteTrack: follows objects by matching each frame's detections to predicted boxes, confident detections first, weak ones
/// second, so that an object that fades for a moment keeps its identity.
///
/// One tracker serves one video. Classes never mix. The result depends on nothing but the sequence of calls.
package struct ByteTracker: Sendable {
    package let configuration: ByteTrackConfiguration
    let lostFrames: Int
    /// Number of the present frame; 0 before the first.
    var frame = 0
    /// In order of creation.
    var tracks: [Track] = []
    private var lastIdentifier = 0

    /// A tracker for a video of `frameRate` frames a second, counted like `framesSinceLast`.
    package init(configuration: ByteTrackConfiguration, frameRate: Double) {
        self.configuration = configuration
        lostFrames = configuration.lostFrames(frameRate: frameRate)
    }

    /// The identity of each of `detections`, in order: 1, 2, 3 …, or nil for one that belongs to no confirmed track.
    ///
    /// Give the frames in order. Frames without detections are given as an empty array; frames that were never looked at
    /// (undecodable, or skipped) are counted by `framesSinceLast`, the distance from the frame before: tracks move on by
    /// that many frames but do not count as lost in between. A track is confirmed by its second detection, in the first
    /// frame by its first.
    package mutating func update(_ detections: [Detection], framesSinceLast: Int = 1) -> [Int?] {
        let elapsed = max(1, framesSinceLast)
        let isFirst = frame == 0
        frame += elapsed
        // Tentative tracks stand still: one detection tells no velocity.
        for index in tracks.indices where tracks[index].state != .tentative { tracks[index].predict(frames: elapsed) }
        for index in tracks.indices { tracks[index].detection = nil }
        let unmatched = associate(detections)
        start(unmatched, of: detections, isConfirmed: isFirst)
        dropExpired()
        dropDuplicates()
        return identities(count: detections.count)
    }

    /// Where the filter sees the track `identifier` after the last update, which is smoother than its detections; nil for
    /// a track that is not followed any more.
    package func estimatedBox(of identifier: Int) -> BoundingBox? {
        tracks.first { $0.identifier == identifier }.map { BoundingBox($0.filter.box) }
    }

    /// New tracks from the detections at `indices`.
    private mutating func start(_ indices: [Int], of detections: [Detection], isConfirmed: Bool) {
        for index in indices where detections[index].score >= configuration.newTrackThreshold {
            var track = Track(detections[index], frame: frame)
            track.detection = index
            if isConfirmed { track.state = .tracked }
            tracks.append(track)
        }
    }

    private mutating func dropExpired() {
        tracks.removeAll { track in
            switch track.state {
            case .tentative: track.detection == nil
            case .tracked: false
            case .lost: frame - track.lastFrame > lostFrames
            }
        }
    }

    /// Of a seen and a lost track in the same place, one is a copy of the other: the one followed for longer stays.
    private mutating func dropDuplicates() {
        let boxes = tracks.map(\.filter.box)
        var isDropped = Array(repeating: false, count: tracks.count)
        for seen in tracks.indices where tracks[seen].state != .lost {
            for lost in tracks.indices where tracks[lost].state == .lost {
                guard tracks[seen].classIndex == tracks[lost].classIndex,
                    boxes[seen].intersectionOverUnion(with: boxes[lost]) > 0.85
                else { continue }
                isDropped[tracks[seen].age > tracks[lost].age ? lost : seen] = true
            }
        }
        tracks = tracks.indices.filter { !isDropped[$0] }.map { tracks[$0] }
    }

    /// Numbers the tracks confirmed just now and collects the identity of each detection.
    private mutating func identities(count: Int) -> [Int?] {
        var result = [Int?](repeating: nil, count: count)
        for index in tracks.indices where tracks[index].state == .tracked {
            if tracks[index].identifier == nil {
                lastIdentifier += 1
                tracks[index].identifier = lastIdentifier
            }
            if let detection = tracks[index].detection { result[detection] = tracks[index].identifier }
        }
        return result
    }
}

extension BoundingBox {
    fileprivate init(_ box: TrackedBox) {
        self.init(x: Float(box.x), y: Float(box.y), width: Float(box.width), height: Float(box.height))
    }
}
