import Engine
import Evaluation
import ObjectDetection
import Tensors

/// A model to be scored.
struct Contender {
    let model: DescribedModel
    let precision: Precision
    /// Overlap above which the weaker of two boxes goes.
    let iou: Float
    let map: CategoryMap

    /// Throws a usage error where there is no such detector, or it knows none of `categories`.
    ///
    /// - Parameter iou: nil for the model's own.
    init(
        _ reference: String?, _ categories: [COCOAnnotations.Category], precision: PrecisionChoice?, iou: Float?
    ) throws(CommandError) {
        model = try DescribedModel(reference)
        self.precision = try precision.resolved(for: model.graph, model: reference ?? model.name)
        self.iou = iou ?? model.description.iou
        map = CategoryMap(labels: model.description.labels, categories: categories)
        guard !map.categoryIDs.isEmpty else {
            throw .usage(
                "\(model.path): none of its labels (\(map.unusedLabels.shortList)) is a category of the annotations "
                    + "(\(categories.map(\.name).shortList)); give the right names in labels.txt beside it")
        }
    }

    /// The network as its file has it, to be timed.
    func compiled() throws(CommandError) -> CompiledModel {
        try LoadedModel(model.path, precision: PrecisionChoice(precision), shapes: LoadedModel.usualShapes).compiled
    }
}
