import Foundation
import Media
import ObjectDetection
import Pipeline

extension DetectRequest {
    /// The request that `settings` describe, with the model read and understood.
    init(_ settings: DetectSettings, _ discovered: InputDiscovery.Result) throws(CommandError) {
        let model = try DescribedModel(settings.modelReference)
        var classes: [Int]?
        if let written = settings.classes {
            classes = try ClassSelection.indices(written, labels: model.description.labels)
        }
        self.init(
            inputs: discovered.videos, output: settings.output, modelPath: model.path, modelName: model.name,
            description: model.description,
            precision: try settings.precision.resolved(for: model.graph, model: settings.modelReference ?? model.name),
            confidence: settings.confidence, iou: settings.iou ?? model.description.iou, classes: classes,
            workers: settings.workers, threads: settings.threads, batchFrames: settings.batchFrames,
            annotation: settings.annotation, encoder: settings.encoder, existing: settings.existing,
            executable: Executable.path)
        problems = discovered.problems
        inputRules = settings.inputRules
        inputRules.addresses = discovered.addresses
        memory = settings.memory
        foldsColours = settings.foldColours
        selection = settings.frames
        deinterlacing = settings.deinterlacing
        container = settings.container
        if foldsColours { try ColourFolding.check(model, precision) }
    }
}

extension DetectSettings {
    /// The inputs, with `-` replaced by the list on standard input.
    func listedInputs() throws(CommandError) -> [String] {
        guard let place = inputs.firstIndex(of: "-") else { return inputs }
        let list: [UInt8]
        do {
            list = [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
        } catch {
            throw .failure("standard input cannot be read: \(error.localizedDescription)")
        }
        var listed = inputs
        listed.replaceSubrange(place...place, with: InputDiscovery.arguments(inList: list))
        guard !listed.isEmpty else { throw .failure("standard input: the list is empty; give one path a line") }
        return listed
    }
}
