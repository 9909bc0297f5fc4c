import Evaluation

/// Small data sets written as they are needed: squares and rectangles by left, top, width, height.
struct Scene {
    var categories = [COCOAnnotations.Category(id: 1, name: "hare")]
    var objects: [COCOAnnotations.Object] = []
    var detections: [COCODetection] = []

    mutating func object(_ box: [Double], image: Int = 1, category: Int = 1, area: Double? = nil, isCrowd: Bool = false)
    {
        objects.append(
            COCOAnnotations.Object(
                imageID: image, categoryID: category, box: COCOBox(box), area: area, isCrowd: isCrowd))
    }

    mutating func detection(_ box: [Double], _ score: Double, image: Int = 1, category: Int = 1) {
        detections.append(
            COCODetection(imageID: image, categoryID: category, box: COCOBox(box), score: score))
    }

    var annotations: COCOAnnotations {
        let numbers = Set(objects.map(\.imageID) + detections.map(\.imageID) + [1])
        return COCOAnnotations(
            categories: categories,
            images: numbers.map { COCOAnnotations.Image(id: $0, fileName: "\($0).jpg") }, objects: objects)
    }

    var result: COCOResult { COCOEvaluation(annotations).result(of: detections) }

    /// The figure called `name`.
    func figure(_ name: String) -> Double? { result.figures.first { $0.name == name }?.value }
}

extension COCOBox {
    init(_ numbers: [Double]) { self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]) }
}

func isClose(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-9 } ?? false }
