import Annotation
import Imaging
import Media
import ObjectDetection
import WorkProtocol

/// Draws tracked detections on frames. Belongs to one thread.
final class FrameDrawer {
    private let labels: [String]
    /// Kept between the parts of one video: it has the rasterised words.
    private var annotator: (size: ImageSize, annotator: Annotator)?

    /// - Parameter labels: names of the classes by index.
    init(labels: [String]) { self.labels = labels }

    /// What draws on the frames of the video `info`.
    func canvas(for info: VideoInfo) -> Canvas {
        Canvas(labels: labels, converter: YUVConverter(displayed: info), annotator: annotator(for: info.displaySize))
    }

    private func annotator(for size: ImageSize) -> Annotator {
        if let annotator, annotator.size == size { return annotator.annotator }
        let made = Annotator(frameSize: size)
        annotator = (size, made)
        return made
    }
}

/// Turns decoded frames of one video into drawn ones.
struct Canvas {
    fileprivate let labels: [String]
    fileprivate let converter: YUVConverter
    fileprivate let annotator: Annotator

    /// The frame in display orientation with the boxes on it. It may be taken over: do not use `frame` afterwards.
    func draw(_ boxes: [TrackedDetection], on frame: VideoFrame) throws(FFmpegError) -> YUVFrame {
        let picture = try converter.convert(frame)
        if !boxes.isEmpty { annotator.draw(boxes.map(labelled), on: picture) }
        return picture
    }

    private func labelled(_ box: TrackedDetection) -> LabelledBox {
        let index = box.detection.classIndex
        return LabelledBox(
            box: box.detection.box, trackID: box.track, classIndex: index,
            label: labels.indices.contains(index) ? labels[index] : "class \(index)", score: box.detection.score)
    }
}
