/// Scores detections against annotations as COCO's reference implementation does for boxes.
///
/// For each category and image the strongest 100 detections take the objects that they overlap most, for each of ten overlaps from
/// 0.5 to 0.95; precision is read at 101 recalls. Crowds, and objects of other sizes than those looked at, make a detection
/// neither right nor wrong. Equal scores keep their order, so results repeat.
package struct COCOEvaluation: Sendable {
    private let categories: [COCOAnnotations.Category]
    private let imageIDs: [Int]
    /// In file order, by category and image.
    private let objects: [Place: [COCOAnnotations.Object]]

    /// - Parameters:
    ///   - images: numbers of the images that were looked at; nil for all.
    ///   - categories: numbers of the categories to score; nil for all.
    package init(_ annotations: COCOAnnotations, images: Set<Int>? = nil, categories: Set<Int>? = nil) {
        self.categories = annotations.categories.filter { categories?.contains($0.id) ?? true }
        imageIDs = annotations.images.map(\.id).filter { images?.contains($0) ?? true }
        objects = Dictionary(grouping: annotations.objects) { Place(categoryID: $0.categoryID, imageID: $0.imageID) }
    }

    /// The figures of `detections`; those of other images or categories do not count.
    package func result(of detections: [COCODetection]) -> COCOResult {
        let found = Dictionary(grouping: detections) { Place(categoryID: $0.categoryID, imageID: $0.imageID) }
        let curves = categories.map { CategoryCurves(matchings(of: $0.id, found)) }
        return COCOResult(
            figures: Self.figures(curves),
            categories: zip(categories, curves).map { category, curves in
                COCOResult.CategoryResult(
                    category: category, averagePrecision: Self.precision([curves.byRange[.all]]),
                    averagePrecision50: Self.precision([curves.byRange[.all]], at: 0), objectCount: curves.objectCount)
            })
    }

    private struct Place: Hashable {
        let categoryID: Int
        let imageID: Int
    }

    private func matchings(of categoryID: Int, _ found: [Place: [COCODetection]]) -> [ImageMatching] {
        imageIDs.compactMap { imageID in
            let place = Place(categoryID: categoryID, imageID: imageID)
            guard objects[place] != nil || found[place] != nil else { return nil }
            return ImageMatching(objects: objects[place] ?? [], detections: found[place] ?? [])
        }
    }

    private static func figures(_ curves: [CategoryCurves]) -> [COCOResult.Figure] {
        let all = curves.map { $0.byRange[.all] }
        let sizes: [(String, AreaRange)] = [("s", .small), ("m", .medium), ("l", .large)]
        var figures = [("AP", precision(all)), ("AP50", precision(all, at: 0)), ("AP75", precision(all, at: 5))]
        figures += sizes.map { name, range in ("AP\(name)", precision(curves.map { $0.byRange[range] })) }
        figures += EvaluationScheme.limits.map { limit in ("AR\(limit)", recall(curves.map { $0.byLimit[limit] })) }
        figures += sizes.map { name, range in ("AR\(name)", recall(curves.map { $0.byRange[range] })) }
        return figures.map { COCOResult.Figure(name: $0.0, value: $0.1) }
    }

    /// The mean over categories with objects, at one overlap or all.
    private static func precision(_ curves: [PrecisionCurve?], at overlap: Int? = nil) -> Double {
        let count = EvaluationScheme.recalls.count
        return mean(
            curves.compactMap(\.self).flatMap { curve in
                overlap.map { Array(curve.precisions[$0 * count..<($0 + 1) * count]) } ?? curve.precisions
            })
    }

    private static func recall(_ curves: [PrecisionCurve?]) -> Double {
        mean(curves.compactMap(\.self).flatMap(\.recalls))
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? -1 : values.reduce(0, +) / Double(values.count)
    }
}

/// The curves of one category that the figures need.
private struct CategoryCurves {
    /// With the largest limit, by size. Missing where there are no objects of the size.
    let byRange: [AreaRange: PrecisionCurve]
    /// Of all sizes, by the number of detections that count in an image.
    let byLimit: [Int: PrecisionCurve]
    let objectCount: Int

    init(_ matchings: [ImageMatching]) {
        var byRange: [AreaRange: PrecisionCurve] = [:]
        var byLimit: [Int: PrecisionCurve] = [:]
        for range in AreaRange.allCases where range != .all {
            byRange[range] = PrecisionCurve(matchings.map { $0.outcome(in: range) }, limit: 100)
        }
        let outcomes = matchings.map { $0.outcome(in: .all) }
        for limit in EvaluationScheme.limits { byLimit[limit] = PrecisionCurve(outcomes, limit: limit) }
        byRange[.all] = byLimit[100]
        self.byRange = byRange
        self.byLimit = byLimit
        objectCount = outcomes.reduce(0) { $0 + $1.objectCount }
    }
}
