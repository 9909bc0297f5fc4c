/// COCO's figures of a detector: shares from 0 to 1, or -1 where there is nothing to be found.
package struct COCOResult: Sendable, Hashable {
    /// A category's figures.
    package struct CategoryResult: Sendable, Hashable {
        package let category: COCOAnnotations.Category
        /// Mean precision over all overlaps from 0.5 to 0.95.
        package let averagePrecision: Double
        /// Mean precision at an overlap of 0.5.
        package let averagePrecision50: Double
        /// Objects that count, crowds not among them.
        package let objectCount: Int
    }

    /// One of the twelve figures, with the name that papers use.
    package struct Figure: Sendable, Hashable {
        package let name: String
        package let value: Double
    }

    /// AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl.
    package let figures: [Figure]
    /// In the order of the categories evaluated.
    package let categories: [CategoryResult]

    /// Mean of the categories' precision over all overlaps.
    package var averagePrecision: Double { figures[0].value }
    /// The same at an overlap of 0.5.
    package var averagePrecision50: Double { figures[1].value }
}
