import ArgumentParser
import Tensors
import Worker

/// What `--fold-colours` is.
enum ColourFolding {
    static let help = ArgumentHelp(
        "Leave the conversion of colours to the model's first convolution, where videos are 4:2:0 of 8 bits: a little faster; "
            + "detections differ a little. An experiment.")

    /// Throws a usage error where the model's first convolution cannot convert colours.
    static func check(_ model: DescribedModel, _ precision: Precision) throws(CommandError) {
        let obstacle: String?
        do {
            obstacle = try DetectorGraph(
                model.graph, modelPath: model.path, description: model.description, precision: precision
            ).foldingObstacle
        } catch {
            throw CommandError(error)
        }
        if let obstacle { throw .usage("--fold-colours: \(model.name): \(obstacle); leave the option away") }
    }
}
