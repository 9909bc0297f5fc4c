import Imaging
import Tensors

/// What a graph's outputs were recognised as.
struct OutputMatch {
    var head: HeadKind
    var outputNames: [String]
    /// Columns of the score output (SSD, background included) or classes (YOLO).
    var scoreColumns: Int
    var strides: [Int]?
    var bins: Int?
    var cellCentre: Float?
    var anchorSizes: [[Float]]?
    var xyScales: [Float]?
    var boxFormat: BoxFormat?
    var iou: Float?
    var scoreActivation = ScoreActivation.none
    var reasons: [String]

    /// Whether class 0 is the background, judged by the number of labels where known.
    func hasBackground(labelCount: Int?) -> Bool {
        guard head.isSSD else { return false }
        if let labelCount, (scoreColumns - 1...scoreColumns).contains(labelCount) { return labelCount < scoreColumns }
        // Raw heads always have one; decoded ones often had it cut off, so only the well-known class counts tell.
        return head == .ssd ? scoreColumns > 1 : [2, 21, 81, 91].contains(scoreColumns)
    }
}

/// Recognises heads of one family.
protocol FamilyRecognition {
    /// The heads it tells apart.
    var heads: [HeadKind] { get }
    /// What the outputs are; nil where they are none of these heads. A head that the description file names is believed.
    func match(_ outputs: [TensorSignature]) -> OutputMatch?
}

/// Decides which outputs hold what.
struct OutputRecognition {
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    func match() throws(DetectionError) -> OutputMatch {
        try checkFile()
        let outputs = try candidates()
        for recognition in recognitions where file.head.map(recognition.heads.contains) != false {
            if let match = recognition.match(outputs) { return match }
        }
        throw unrecognised(outputs)
    }

    /// Throws where numbers that sizes are computed from cannot be meant.
    private func checkFile() throws(DetectionError) {
        func check(_ holds: Bool, _ field: String, _ range: String) throws(DetectionError) {
            guard !holds else { return }
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "the description file's \(field) must be \(range)")
        }
        let strides = file.strides ?? [8]
        try check(!strides.isEmpty && strides.allSatisfy { (1...1024).contains($0) }, "strides", "within 1...1024")
        try check((2...64).contains(file.bins ?? 8), "bins", "within 2...64")
        let sizes = file.anchorSizes?.first?.count ?? 6
        try check((2...64).contains(sizes) && sizes % 2 == 0, "anchors", "a list of widths and heights for each stride")
    }

    /// The families of heads, those with the plainest outputs first.
    private var recognitions: [any FamilyRecognition] {
        [
            EndToEndRecognition(model: model, file: file, needsEvidence: true),
            SuppressedRecognition(model: model, file: file, inputSize: inputSize),
            DistributionRecognition(model: model, file: file, inputSize: inputSize),
            AnchorRecognition(model: model, file: file, inputSize: inputSize),
            SharedClassRecognition(model: model, file: file, inputSize: inputSize),
            FastestDetRecognition(model: model, file: file, inputSize: inputSize),
            SSDRecognition(model: model, file: file, inputSize: inputSize),
            DecodedRecognition(model: model, file: file, inputSize: inputSize),
            YOLORecognition(model: model, file: file, inputSize: inputSize),
            EndToEndRecognition(model: model, file: file, needsEvidence: false),
        ]
    }

    /// The float outputs, or those that the file names, in its order.
    private func candidates() throws(DetectionError) -> [TensorSignature] {
        guard let names = file.outputNames else {
            return model.outputs.filter { ($0.elementType ?? .float32) == .float32 }
        }
        var chosen: [TensorSignature] = []
        for name in names {
            guard let output = model.outputs.first(where: { $0.name == name }) else {
                throw DetectionError(
                    code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                    reason: "the description file names output '\(name)'; the model has \(listing(model.outputs))")
            }
            chosen.append(output)
        }
        return chosen
    }

    private func unrecognised(_ outputs: [TensorSignature]) -> DetectionError {
        let kinds = HeadKind.allCases.map(\.rawValue).joined(separator: ", ")
        let asked = file.head.map { "the described head '\($0.rawValue)' does not fit" } ?? "no known head fits"
        return DetectionError(
            code: file.head == nil ? .unrecognisedHead : .invalidDescription, operation: "recognise the model",
            subject: model.modelName,
            reason: "\(asked) outputs \(listing(model.outputs)) at input \(inputSize); heads are \(kinds): "
                + "describe the model in a .yaml file beside it (head, outputs, strides, anchors)")
    }

    private func listing(_ outputs: [TensorSignature]) -> String {
        outputs.map(\.description).joined(separator: ", ")
    }
}

extension TensorSignature {
    /// Rows and columns of an output `[1, N, columns]`, `[N, columns]` or `[1, N, 1, columns]`; nil for other shapes.
    /// N is nil where it is open.
    var table: (rows: Int?, columns: Int)? {
        guard dimensions.count >= 2, let last = dimensions.last, let columns = last else { return nil }
        var extents = Array(dimensions.dropLast())
        if extents.count > 1, extents.count == 3, extents[2] == 1 { extents.removeLast() }
        if extents.count > 1, (extents[0] ?? 1) == 1 { extents.removeFirst() }
        return extents.count == 1 ? (extents[0], columns) : nil
    }
}
