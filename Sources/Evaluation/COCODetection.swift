package import ObjectDetection

/// Something that a detector found in an image of a data set.
package struct COCODetection: Sendable, Hashable {
    package let imageID: Int
    package let categoryID: Int
    package let box: COCOBox
    /// Higher is more certain; never NaN.
    package let score: Double

    package init(imageID: Int, categoryID: Int, box: COCOBox, score: Double) {
        self.imageID = imageID
        self.categoryID = categoryID
        self.box = box
        self.score = score
    }

    /// What a model found in an image; nil where its class is no category of the data set.
    package init?(_ detection: Detection, imageID: Int, map: CategoryMap) {
        guard let categoryID = map.categoryIDs[detection.classIndex] else { return nil }
        self.init(
            imageID: imageID, categoryID: categoryID, box: COCOBox(detection.box), score: Double(detection.score))
    }
}

/// In the format of COCO's results files.
extension COCODetection: Encodable {
    private enum CodingKeys: String, CodingKey {
        case imageID = "image_id"
        case categoryID = "category_id"
        case box = "bbox"
        case score
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(imageID, forKey: .imageID)
        try container.encode(categoryID, forKey: .categoryID)
        try container.encode([box.x, box.y, box.width, box.height], forKey: .box)
        try container.encode(score, forKey: .score)
    }
}
