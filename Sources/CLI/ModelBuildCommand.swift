import ArgumentParser
import Foundation
import GraphIR
import Imaging
import ModelDefinition
import ONNXExport
import ObjectDetection
import Pipeline
import Tensors

/// `windhover model build`.
struct ModelBuildCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make an ONNX model of a model definition, the YAML of YOLOv5 and YOLOv7.",
        discussion: """
            The definition lists rows [from, number, module, args]; pipelines/models has some to start from, docs/model-definition.md \
            explains the format and every module. With --weights the model gets trained parameters by their names in \
            YOLOv5's or YOLOv7's state dictionary; tools/state_dict.py makes such a file of a trained checkpoint. Without, \
            parameters are random, but the same for a seed on every machine: such a model finds nothing, and shows what the real one will \
            cost.

            The model puts out decoded boxes, [1, N, 5 + classes], and carries labels, strides and anchors; any command takes it \
            as it is.

            EXAMPLES
              windhover model build pipelines/models/yolov5n.yaml -o n.onnx
              windhover model build mine.yaml --weights best.safetensors --size 416x256 -o mine.onnx
              windhover detect videos --model mine.onnx -o out
            """)

    @Argument(
        help: ArgumentHelp("The model definition.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var definition: String

    @Option(
        name: [.short, .long], help: ArgumentHelp("The model to write.", valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Trained parameters, named as in YOLOv5's and YOLOv7's state dictionaries. Default: random ones.",
            valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var weights: String?

    @Option(help: ArgumentHelp("Chooses the random parameters, without --weights.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup var picture: PictureSizeOption

    @Flag(
        help: "Write batch norms as operators of their own, as in training, instead of folding them into convolutions.")
    var keepBatchNorm = false

    @Flag(help: "Replace the file where it is there.")
    var force = false

    func execute() throws -> Int32 {
        try checkOutput()
        do {
            let network = try DefinedNetwork(
                try ModelDefinition(yamlFile: definition).labelled(), width: try picture.size.width,
                height: try picture.size.height, values: try values())
            let (graph, types) = try network.graph(foldsBatchNormalization: !keepBatchNorm)
            try ONNXExporter.write(graph, types: types, to: output)
            for line in Self.summary(of: network, graph) { Console.standardError.write(line: line) }
        } catch {
            throw CommandError(error)
        }
        return ExitStatus.complete
    }

    private func values() throws(CommandError) -> DefinedNetwork.Values {
        guard let weights else { return .random(seed: seed) }
        do {
            return .trained(try SafetensorsFile.read(path: weights).tensors, source: weights)
        } catch {
            throw .usage("\(error)")
        }
    }

    private func checkOutput() throws(CommandError) {
        try OutputFile.check(output, option: "--output", extensions: ["onnx"])
        try OutputFile.checkAbsent([output], force: force)
    }

    private static func summary(of network: DefinedNetwork, _ graph: Graph) -> [String] {
        let cost = network.cost
        let parameters = "\(cost.parameters.grouped) parameters, \(cost.trainedParameters.grouped) in training"
        let products = "\((Double(cost.multiplyAdds) / 1e6).formatted(.decimal(places: 1))) M multiply-adds"
        return [
            "\(network.rows.count) rows, \(graph.nodes.count) operators, \(parameters)",
            "\(products) for a picture of \(network.input.width)×\(network.input.height)",
        ]
    }
}

/// The size of the pictures that a model takes.
struct PictureSizeOption: ParsableArguments {
    @Option(
        name: .customLong("size"),
        help: ArgumentHelp(
            "Width and height of the input, as 640 or 416x256: multiples of the largest stride.", valueName: "size"))
    var text = "640"

    /// Throws a usage error where the text is no size.
    var size: ImageSize {
        get throws(CommandError) {
            let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard sides.count < 3, let width = sides[0], let height = sides.count == 1 ? width : sides[1],
                DefinedNetwork.sides.contains(width), DefinedNetwork.sides.contains(height)
            else {
                let range = DefinedNetwork.sides
                throw .usage(
                    "--size \(text): write it as 640 or 416x256, width and height from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return ImageSize(width: width, height: height)
        }
    }
}

extension ModelDefinition {
    /// The same with the labels that everyone uses for 80 classes, where it has none.
    func labelled() -> ModelDefinition {
        var definition = self
        if definition.labels == nil, definition.classCount == BuiltInLabels.coco80.count {
            definition.labels = BuiltInLabels.coco80
        }
        return definition
    }
}

extension Int {
    /// With a comma between thousands, the same in every locale.
    var grouped: String {
        let digits = String(magnitude)
        let parts = digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
        }
        return (self < 0 ? "-" : "") + parts.joined()
    }
}
