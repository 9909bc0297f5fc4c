/// Which category of a data set each label of a model means.
///
/// Names are compared without regard to case, spaces, underscores and hyphens, and those of Darknet and VOC count as COCO's:
/// `motorbike` is `motorcycle`, `tvmonitor` is `tv`.
package struct CategoryMap: Sendable, Hashable {
    /// Category numbers by label index.
    package let categoryIDs: [Int: Int]
    /// Labels that mean no category, in the model's order.
    package let unusedLabels: [String]
    /// Categories that no label means, in the data set's order.
    package let unnamedCategories: [COCOAnnotations.Category]

    package init(labels: [String], categories: [COCOAnnotations.Category]) {
        let names = CategoryNames(categories)
        var categoryIDs: [Int: Int] = [:]
        for (index, label) in labels.enumerated() { categoryIDs[index] = names.category(label)?.id }
        self.categoryIDs = categoryIDs
        unusedLabels = labels.indices.filter { categoryIDs[$0] == nil }.map { labels[$0] }
        let named = Set(categoryIDs.values)
        unnamedCategories = categories.filter { !named.contains($0.id) }
    }
}

/// Categories by their names in many spellings.
package struct CategoryNames: Sendable {
    private let exact: [String: COCOAnnotations.Category]
    private let similar: [String: COCOAnnotations.Category]

    package init(_ categories: [COCOAnnotations.Category]) {
        exact = Dictionary(categories.map { ($0.name, $0) }) { first, _ in first }
        similar = Dictionary(categories.map { (Self.key($0.name), $0) }) { first, _ in first }
    }

    /// The category that `name` means; one spelled just so goes first.
    package func category(_ name: String) -> COCOAnnotations.Category? { exact[name] ?? similar[Self.key(name)] }

    private static func key(_ name: String) -> String {
        let letters = name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
        return synonyms[letters] ?? letters
    }

    /// Spellings of Darknet, VOC and others for COCO's names.
    private static let synonyms = [
        "aeroplane": "airplane", "doughnut": "donut", "hairdryer": "hairdrier", "mobilephone": "cellphone",
        "motorbike": "motorcycle", "sofa": "couch", "television": "tv", "tvmonitor": "tv",
    ]
}
