package import Foundation

extension COCOAnnotations {
    /// Reads an instances file. Outlines (`segmentation`) are not read: boxes are what is compared.
    ///
    /// Throws ``EvaluationError`` where the file cannot be read, is no such file, lists a number twice, or has a box that cannot be.
    package init(contentsOf path: String) throws(EvaluationError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw EvaluationError(
                .unreadable, operation: Self.operation, subject: path, reason: "it is missing or not readable")
        }
        try self.init(data, path: path)
    }

    /// As `init(contentsOf:)`, of a file's bytes; `path` is for errors.
    package init(_ data: Data, path: String) throws(EvaluationError) {
        func fail(_ reason: String) -> EvaluationError {
            EvaluationError(.malformed, operation: Self.operation, subject: path, reason: reason)
        }
        let file: InstancesFile
        do {
            file = try JSONDecoder().decode(InstancesFile.self, from: data)
        } catch {
            throw fail(JSONFault.text(error, expecting: "an object with images, annotations and categories"))
        }
        if let fault = file.fault { throw fail(fault) }
        self.init(
            categories: file.categories.map { Category(id: $0.id, name: $0.name) },
            images: file.images.map {
                Image(id: $0.id, fileName: $0.fileName, width: $0.width, height: $0.height)
            }, objects: file.annotations.map(\.object))
    }

    private static let operation = "read annotations"
}

/// The parts of an instances file that are read.
private struct InstancesFile: Decodable {
    struct Category: Decodable {
        let id: Int
        let name: String
    }

    struct Image: Decodable {
        let id: Int
        let fileName: String
        let width: Int?
        let height: Int?

        private enum CodingKeys: String, CodingKey {
            case fileName = "file_name"
            case id, width, height
        }
    }

    struct Annotation: Decodable {
        let imageID: Int
        let categoryID: Int
        let bbox: [Double]
        let area: Double?
        let iscrowd: Int?

        private enum CodingKeys: String, CodingKey {
            case imageID = "image_id"
            case categoryID = "category_id"
            case bbox, area, iscrowd
        }

        /// What is wrong with the box; nil where it is one.
        var fault: String? {
            guard bbox.count == 4 else { return "bbox has \(bbox.count) numbers; x, y, width and height are needed" }
            // Products of such numbers stay finite.
            guard bbox.allSatisfy({ abs($0) <= 1e9 }) else { return "bbox has a number beyond 10⁹ pixels" }
            guard bbox[2] >= 0, bbox[3] >= 0 else { return "bbox has a negative width or height" }
            guard iscrowd == nil || iscrowd == 0 || iscrowd == 1 else { return "iscrowd is neither 0 nor 1" }
            return nil
        }

        var object: COCOAnnotations.Object {
            COCOAnnotations.Object(
                imageID: imageID, categoryID: categoryID,
                box: COCOBox(x: bbox[0], y: bbox[1], width: bbox[2], height: bbox[3]), area: area,
                isCrowd: iscrowd == 1)
        }
    }

    let images: [Image]
    let annotations: [Annotation]
    let categories: [Category]

    /// The first thing that contradicts another; nil where nothing does.
    var fault: String? {
        if images.isEmpty { return "images is empty; there is nothing to evaluate on" }
        if categories.isEmpty { return "categories is empty; there is nothing to look for" }
        for (name, numbers) in [("images", images.map(\.id)), ("categories", categories.map(\.id))] {
            if let index = Self.repetition(in: numbers) {
                return "\(name)[\(index)] has the id \(numbers[index]), which another has, too"
            }
        }
        for (index, annotation) in annotations.enumerated() {
            if let fault = annotation.fault { return "annotations[\(index)]: \(fault)" }
        }
        return nil
    }

    /// Where the first number stands that was there before.
    private static func repetition(in numbers: [Int]) -> Int? {
        var seen: Set<Int> = []
        return numbers.firstIndex { !seen.insert($0).inserted }
    }
}
