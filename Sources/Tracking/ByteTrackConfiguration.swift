/// Settings of `ByteTracker`, named after the paper (Zhang et al., ByteTrack, arXiv 2110.06864).
package struct ByteTrackConfiguration: Sendable, Hashable, Codable {
    /// Detections scoring at least this are matched first.
    package var highThreshold: Float
    /// Detections between this and `highThreshold` may only continue a track that is not lost.
    package var lowThreshold: Float
    /// Lowest score that starts a track.
    package var newTrackThreshold: Float
    /// First stage: largest accepted cost, 1 - IoU (times score where `fusesScore`).
    package var matchThreshold: Double
    /// Second stage (low scores): largest accepted cost, 1 - IoU.
    package var lowMatchThreshold: Double
    /// Largest accepted cost for a track's second detection, which confirms it.
    package var confirmationThreshold: Double
    /// Whether the first stage and confirmation multiply IoU by the detection's score.
    package var fusesScore: Bool
    /// For how many frames a lost track can come back, in a video of `referenceFrameRate` frames a second.
    package var bufferFrames: Int
    /// The frame rate that `bufferFrames` refers to.
    package var referenceFrameRate: Double

    /// The settings of the paper's MOT17 experiments.
    package init(
        highThreshold: Float = 0.6, lowThreshold: Float = 0.1, newTrackThreshold: Float = 0.7,
        matchThreshold: Double = 0.9, lowMatchThreshold: Double = 0.5, confirmationThreshold: Double = 0.7,
        fusesScore: Bool = true, bufferFrames: Int = 30, referenceFrameRate: Double = 30
    ) {
        self.highThreshold = highThreshold
        self.lowThreshold = lowThreshold
        self.newTrackThreshold = newTrackThreshold
        self.matchThreshold = matchThreshold
        self.lowMatchThreshold = lowMatchThreshold
        self.confirmationThreshold = confirmationThreshold
        self.fusesScore = fusesScore
        self.bufferFrames = bufferFrames
        self.referenceFrameRate = referenceFrameRate
    }

    /// Settings for a run that reports detections from `confidence` (0...1) on: each of them may start a track.
    ///
    /// Score fusion makes overlap count less for weak detections, so the accepted costs are wider than the paper's, whose
    /// detector is sure of nearly everything. Chosen on the MOT15 and MOT17 sequences with full and with halved scores.
    package init(confidence: Float) {
        let score = min(max(confidence, 0), 1)
        self.init(
            highThreshold: score, lowThreshold: min(0.1, score), newTrackThreshold: score, matchThreshold: 0.85,
            confirmationThreshold: min(max(1 - 0.5 * Double(score), 0.7), 0.85))
    }

    /// Frames that a lost track is kept at `frameRate` frames a second; at least 1.
    package func lostFrames(frameRate: Double) -> Int {
        guard frameRate.isFinite, frameRate > 0 else { return max(1, bufferFrames) }
        return max(1, Int(min(frameRate / referenceFrameRate * Double(bufferFrames), 100_000)))
    }
}
