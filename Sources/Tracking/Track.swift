import Imaging
import ObjectDetection

/// One object followed through time.
struct Track: Sendable {
    /// Where a track is in its life.
    enum State: Sendable {
        /// Seen once; waits for a second detection.
        case tentative
        /// Seen in the last frame.
        case tracked
        /// Not seen for some frames.
        case lost
    }

    let classIndex: Int
    var filter: KalmanFilter
    var state: State
    /// 1, 2, 3 … in the order of confirmation; nil before.
    var identifier: Int?
    let firstFrame: Int
    /// Frame of the last detection.
    var lastFrame: Int
    /// Index of the present frame's detection, if any.
    var detection: Int?

    init(_ detection: Detection, frame: Int) {
        classIndex = detection.classIndex
        filter = KalmanFilter(detection.box)
        state = .tentative
        (firstFrame, lastFrame) = (frame, frame)
    }

    /// Frames between the first and the last detection.
    var age: Int { lastFrame - firstFrame }

    /// Moves on by `frames` frames. A lost track keeps its height, or it would swell out of view.
    mutating func predict(frames: Int) {
        for _ in 0..<frames {
            if state == .lost { filter.height.velocity = 0 }
            filter.predict()
        }
    }

    /// Takes `detection`, the one at `index` of its frame.
    mutating func match(_ detection: Detection, index: Int, frame: Int) {
        self.detection = index
        filter.update(detection.box)
        state = .tracked
        lastFrame = frame
    }
}
