import Imaging
package import Tensors

/// Decides from the outside of a graph how to feed it and how to read it.
///
/// Evidence, in this order: a description file, the file's metadata, shapes (the number of predictions tells heads apart at
/// any input size and class count), names of outputs, operators in the graph. Each decision comes with its reason.
package enum HeadRecognition {
    /// A complete description and why it is as it is.
    package struct Result: Sendable, Hashable {
        package var description: ModelDescription
        /// One sentence for each decision.
        package var reasons: [String]
    }

    /// The picture input's name and size: what to know before shapes can be inferred for a graph with open extents.
    ///
    /// The shape is `[1, 3, height, width]`, also where the graph's own has channels last or no batch. Throws `unsupportedInput`
    /// where the graph has no picture input of float32 or uint8.
    package static func input(
        of model: ModelInterface, file: ModelDescriptionFile = ModelDescriptionFile()
    ) throws(DetectionError) -> (name: String, shape: Shape, reason: String) {
        let input = try InputRecognition.recognise(model, file)
        return (input.name, [1, 3, input.size.height, input.size.width], input.reason)
    }

    /// The description of `model`, each field of `file` overriding what was recognised.
    ///
    /// Throws `unsupportedInput`, `unrecognisedHead`, or `invalidDescription` where the file contradicts the graph.
    package static func recognise(
        _ model: ModelInterface, file: ModelDescriptionFile = ModelDescriptionFile()
    ) throws(DetectionError) -> Result {
        let input = try InputRecognition.recognise(model, file)
        let outputs = OutputRecognition(model: model, file: file, inputSize: input.size)
        let match = try outputs.match()
        let labels = try labels(model, file, match)
        var description = ModelDescription(
            head: match.head, inputSize: input.size, labels: labels.labels, inputName: input.name,
            outputNames: match.outputNames)
        description.strides = match.strides ?? description.strides
        description.bins = match.bins ?? description.bins
        description.cellCentre = match.cellCentre ?? description.cellCentre
        description.boxFormat = match.boxFormat ?? description.boxFormat
        description.iou = match.iou ?? description.iou
        // Boxes by their centres are YOLO's.
        if match.head == .suppressed, match.boxFormat == .centredPixels { description.prepare(as: .yolov5Decoded) }
        description.anchorSizes = match.anchorSizes ?? description.anchorSizes
        description.xyScales = match.xyScales ?? Array(repeating: 1, count: description.strides.count)
        description.hasBackground = labels.hasBackground
        description.scoreActivation = match.scoreActivation
        var reasons = [input.reason] + match.reasons + [labels.reason]
        if input.isBytes || model.normalisesInput {
            description.takeLevels()
            reasons.append(
                input.isBytes
                    ? "bytes as input: pixels as they are, RGB" : "the graph normalises its input: pixels as they are")
        }
        if input.isBytes && match.head.isSSD {
            description.resampling = .area
            reasons.append("an SSD that takes bytes: pictures are averaged when they are made smaller")
        }
        let overridden = file.apply(to: &description)
        try description.validate()
        if !overridden.isEmpty { reasons.append("from the description file: \(overridden.joined(separator: ", "))") }
        return Result(description: description, reasons: reasons)
    }

    /// More than any detector has; a small hostile file can declare any number.
    private static let largestClassCount = 1 << 16

    /// Class names, and whether class 0 of the score output is the background.
    private static func labels(
        _ model: ModelInterface, _ file: ModelDescriptionFile, _ match: OutputMatch
    ) throws(DetectionError) -> (labels: [String], hasBackground: Bool, reason: String) {
        let written = file.labels ?? ExportMetadata(model.metadata).names
        let hasBackground = file.hasBackground ?? match.hasBackground(labelCount: written?.count)
        let count = match.scoreColumns - (hasBackground ? 1 : 0)
        guard count > 0 else {
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "its only score column cannot be the background; write 'background: false'")
        }
        guard count <= largestClassCount else {
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "it would have \(count) classes; at most \(largestClassCount) are supported")
        }
        if let written, written.count == count {
            let origin = file.labels == nil ? "the model's metadata" : "the description file"
            return (written, hasBackground, "\(count) labels from \(origin)")
        }
        guard file.labels == nil else {
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "the description file has \(file.labels?.count ?? 0) labels, the model has \(count) classes")
        }
        let usual = BuiltInLabels.labels(count: count, modelName: model.modelName)
        return (usual.labels, hasBackground, usual.reason)
    }
}

extension ModelDescriptionFile {
    /// Replaces the fields that the file gives; returns their keys.
    func apply(to description: inout ModelDescription) -> [String] {
        var keys: [String] = []
        func replace<Value>(_ field: inout Value, _ value: Value?, _ key: CodingKeys) {
            guard let value else { return }
            field = value
            keys.append(key.rawValue)
        }
        replace(&description.inputName, inputName, .inputName)
        replace(&description.inputSize, inputSize, .inputSize)
        replace(&description.colourOrder, colourOrder, .colourOrder)
        replace(&description.scale, scale, .scale)
        replace(&description.mean, mean, .mean)
        replace(&description.standardDeviation, standardDeviation, .standardDeviation)
        replace(&description.resizeMode, resizeMode, .resizeMode)
        replace(&description.resampling, resampling, .resampling)
        replace(&description.padValue, padValue, .padValue)
        replace(&description.head, head, .head)
        // Outputs of feature maps have been put in order.
        if description.head.isGrid {
            if outputNames != nil { keys.append(CodingKeys.outputNames.rawValue) }
        } else {
            replace(&description.outputNames, outputNames, .outputNames)
        }
        replace(&description.labels, labels, .labels)
        replace(&description.strides, strides, .strides)
        replace(&description.bins, bins, .bins)
        replace(&description.cellCentre, cellCentre, .cellCentre)
        replace(&description.anchors, anchors?.applied(to: description.anchors), .anchors)
        replace(&description.anchorSizes, anchorSizes, .anchors)
        if let xyScales {
            let count = xyScales.count == 1 ? description.strides.count : 1
            replace(&description.xyScales, Array(repeating: xyScales, count: count).flatMap { $0 }, .xyScales)
        }
        replace(&description.variances, variances, .variances)
        replace(&description.scoreActivation, scoreActivation, .scoreActivation)
        replace(&description.hasBackground, hasBackground, .hasBackground)
        replace(&description.iou, iou, .iou)
        replace(&description.boxFormat, boxFormat, .boxFormat)
        return keys
    }
}

extension ModelDescription {
    /// Pixels as they are.
    fileprivate mutating func takeLevels() {
        (scale, mean, standardDeviation) = (1, [0, 0, 0], [1, 1, 1])
    }
}
