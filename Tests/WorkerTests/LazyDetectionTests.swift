import Engine
import Foundation
import Imaging
import Media
import ObjectDetection
import Tensors
import TestSupport
import Testing
import WorkProtocol

@testable import Worker

private enum Material {
    static let models = SharedMaterial.folder("models", for: "lazy detection on real frames")
    static let videos = SharedMaterial.folder("videos", for: "lazy detection on real frames")
    static let isAvailable = models != nil && videos != nil
}

/// Detections with rows computed on demand against those from whole outputs, on frames of real videos: the same bits.
@Suite("Lazy detection", .enabled(if: Material.isAvailable))
struct LazyDetectionTests {
    /// A model, its head and outputs as described.
    static let descriptions: [(String, ModelDescription)] = [
        (
            "nanodet_m_320_unsimplified",
            ModelDescription(
                head: .nanodet, inputSize: ImageSize(width: 320, height: 320), labels: BuiltInLabels.coco80,
                inputName: "image",
                outputNames: ["cls_score0", "bbox_pred0", "cls_score1", "bbox_pred1", "cls_score2", "bbox_pred2"])
        ),
        (
            "picodet_s_320",
            {
                var description = ModelDescription(
                    head: .picodet, inputSize: ImageSize(width: 320, height: 320), labels: BuiltInLabels.coco80,
                    inputName: "image", outputNames: (0..<8).map { "save_infer_model/scale_\($0).tmp_1" })
                description.strides = [8, 16, 32, 64]
                return description
            }()
        ),
    ]

    @Test("few cells, many, all", arguments: descriptions.indices)
    func sameDetections(index: Int) throws {
        let (name, description) = Self.descriptions[index]
        let path = try #require(Material.models).appendingPathComponent("\(name)/\(name).onnx").path
        let pictures = try frames(of: "opencv_vtest.avi", count: 3) + frames(of: "intel_car-detection.mp4", count: 2)
        for floor in [Float(0.3), 0.05, 0.005, 0] {
            let configuration = WorkerConfiguration(
                modelPath: path, description: description, precision: .f32, threads: 2, scoreFloor: floor, iou: 0.5,
                confidence: floor,
                classes: nil, encoder: EncoderSettings())
            let lazy = try FrameDetector(configuration)
            let full = try FrameDetector(configuration, lazyHead: false)
            #expect(try lazy.session().predictionRows() != nil && full.session().predictionRows() == nil)
            var preprocessor = try Preprocessor(description: description)
            for picture in pictures {
                var (values, times) = ([Float](), StageTimes())
                let letterbox = preprocessor.write(picture, into: &values)
                let place = InputPlacement(letterbox: letterbox, colours: nil)
                let found = try lazy.detect(&values, at: place, times: &times)
                let expected = try full.detect(&values, at: place, times: &times)
                #expect(found == expected, "\(name), floor \(floor)")
                #expect(!expected.isEmpty || floor >= 0.3)
            }
        }
    }

    private func frames(of video: String, count: Int) throws -> [RGBImage] {
        let path = try #require(Material.videos).appendingPathComponent(video).path
        let converter = RGBConverter(displayed: try VideoProbe.probe(path: path))
        let reader = try VideoReader(path: path, range: .everything)
        return try (0..<count).map { _ in try converter.convert(try #require(try reader.nextFrame())) }
    }
}
