import Evaluation

/// The categories that models are scored on.
struct CategoryChoice {
    /// Their numbers; at least one.
    let ids: Set<Int>
    /// What is left out and why, one line each.
    let notes: [String]

    /// - Parameter classes: names, separated by commas; none for all that every model knows.
    init(_ contenders: [Contender], _ annotations: COCOAnnotations, classes: [String]) throws(CommandError) {
        let common = contenders.map { Set($0.map.categoryIDs.values) }.reduce(Set(annotations.categories.map(\.id))) {
            $0.intersection($1)
        }
        guard classes.isEmpty else {
            ids = try Self.ids(classes, annotations.categories, common)
            notes = Self.notes(annotations)
            return
        }
        guard !common.isEmpty else { throw .usage("--model: there is no category that all of them know") }
        ids = common
        let missing = annotations.categories.filter { !common.contains($0.id) }
        let model = contenders.count > 1 ? "not every model" : "the model"
        notes =
            Self.notes(annotations)
            + (missing.isEmpty
                ? []
                : [
                    "\(missing.count) of \(annotations.categories.count) categories are left out, for which \(model) has "
                        + "\(contenders.count > 1 ? "a" : "no") label: \(missing.map(\.name).shortList)"
                ])
    }

    /// What the file itself has that does not count.
    private static func notes(_ annotations: COCOAnnotations) -> [String] {
        annotations.strayCount == 0
            ? []
            : ["\(annotations.strayCount) annotations of images or categories that are not listed are left out"]
    }

    private static func ids(
        _ classes: [String], _ categories: [COCOAnnotations.Category], _ common: Set<Int>
    ) throws(CommandError) -> Set<Int> {
        let names = CategoryNames(categories)
        var ids: Set<Int> = []
        for name in ClassSelection.names(in: classes, isKnown: { names.category($0) != nil }) {
            guard let category = names.category(name) else {
                throw .usage(
                    "--classes: the annotations have no category '\(name)'; they have \(categories.map(\.name).shortList)"
                )
            }
            guard common.contains(category.id) else {
                throw .usage("--classes: not every model has a label for '\(category.name)'; leave it away")
            }
            ids.insert(category.id)
        }
        guard !ids.isEmpty else { throw .usage("--classes is empty; leave it away to score all") }
        return ids
    }
}
