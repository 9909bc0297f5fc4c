package import ObjectDetection

/// Follows objects over all frames of a video, those included that nobody looked at.
package struct FrameSequence: Sendable {
    private var tracker: ByteTracker
    /// Frames so far.
    package private(set) var count = 0
    /// Frames since the last one that was looked at.
    private var distance = 1

    /// Frame rate assumed where a container does not say.
    private static let usualFrameRate = 25.0

    /// The frames of a video from its first on.
    /// - Parameters:
    ///   - confidence: score that starts a track, 0...1.
    ///   - frameRate: frames a second; nil where unknown.
    package init(confidence: Float, frameRate: Double?) {
        tracker = ByteTracker(
            configuration: ByteTrackConfiguration(confidence: confidence), frameRate: frameRate ?? Self.usualFrameRate)
    }

    /// The tracks of the next frame's detections, in order; nil: no track. All frames are to be given, in order of presentation.
    /// - Parameter isDetected: the frame was looked at. Otherwise `detections` have no tracks.
    package mutating func next(_ detections: [Detection], isDetected: Bool) -> [Int?] {
        count += 1
        guard isDetected else {
            distance += 1
            return detections.map { _ in nil }
        }
        defer { distance = 1 }
        return tracker.update(detections, framesSinceLast: distance)
    }
}
