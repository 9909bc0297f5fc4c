import Evaluation
import Foundation
import Imaging
import Media

/// The picture files that annotations are about.
struct AnnotatedPictures {
    /// Numbers of those that are missing or damaged; known when detectors have been at them.
    private(set) var faulty: Set<Int> = []

    private let images: [COCOAnnotations.Image]
    private let folder: String

    /// Throws a failure where none of the files is there.
    init(_ images: [COCOAnnotations.Image], folder: String) throws(CommandError) {
        self.images = images
        self.folder = folder
        guard images.contains(where: { FileManager.default.fileExists(atPath: path(of: $0)) }) else {
            throw .failure(
                "\(folder): none of the \(images.count) pictures is in it; choose another folder with --images")
        }
    }

    /// All but the faulty ones.
    var usable: [COCOAnnotations.Image] { images.filter { !faulty.contains($0.id) } }

    /// What each of `detectors`, at least one, finds in all usable pictures, which are decoded once. Faulty ones are named on standard
    /// error.
    mutating func detections(by detectors: [PictureDetector], show: (String) -> Void) throws -> [[COCODetection]] {
        var found: [[COCODetection]] = detectors.map { _ in [] }
        for (index, image) in images.enumerated() {
            show("picture \(index + 1) of \(images.count)")
            guard let inputs = inputs(of: image, for: detectors) else { continue }
            for (number, input) in inputs.enumerated() {
                found[number] += try detectors[number].detections(in: input, imageID: image.id)
            }
        }
        guard faulty.count < images.count else {
            throw CommandError.failure("\(folder): none of the \(images.count) pictures can be used")
        }
        return found
    }

    /// The picture as each detector takes it; nil where it is faulty.
    private mutating func inputs(
        of image: COCOAnnotations.Image, for detectors: [PictureDetector]
    ) -> [PictureDetector.Input]? {
        let path = path(of: image)
        do {
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandError.failure("\(path): no such file")
            }
            let sample = try SampledFrames(path: path, count: 1).decoded()
            if let damage = sample.damage.first {
                Console.standardError.write(
                    line: "windhover: \(path): damaged (\(damage.reason)); used as far as it can be decoded")
            }
            let inputs = try detectors.map { try $0.input(of: sample.frames[0], in: sample.info) }
            // Boxes that were drawn on another picture say nothing about this one.
            let (size, annotated) = (inputs[0].size, image.size(else: inputs[0].size))
            guard size == annotated else {
                throw CommandError.failure("\(path): it is \(size) pixels, the annotations say \(annotated)")
            }
            return inputs
        } catch {
            faulty.insert(image.id)
            Console.standardError.write(line: "windhover: \(error); left out")
            return nil
        }
    }

    private func path(of image: COCOAnnotations.Image) -> String {
        (folder as NSString).appendingPathComponent(image.fileName)
    }
}

extension COCOAnnotations.Image {
    /// What is known of its size, the rest from `other`.
    fileprivate func size(else other: ImageSize) -> ImageSize {
        ImageSize(width: width ?? other.width, height: height ?? other.height)
    }
}
