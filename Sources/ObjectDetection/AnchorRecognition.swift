import Imaging

/// Recognises raw outputs of three anchors a cell, one for each stride: YOLOv3, v4, v5, v7 and their kin.
struct AnchorRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.yolov3, .yolov5Raw]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        for strides in GridOutputs.strideSets(file) {
            guard let grid = GridOutputs(outputs, inputSize: inputSize, strides: strides), grid.maps[0].count == 1
            else {
                continue
            }
            let outputs = grid.maps.map { $0[0] }
            guard let classes = classes(outputs) else { continue }
            return match(outputs, classes, strides)
        }
        return nil
    }

    private var anchorCount: Int { (file.anchorSizes?.first?.count ?? 6) / 2 }

    /// Classes of outputs with 5 + C numbers for each anchor; nil where they are something else as far as known.
    private func classes(_ outputs: [GridOutputs.Map]) -> Int? {
        let columns = outputs[0].columns
        guard outputs.allSatisfy({ $0.columns == columns && !$0.signature.functions.contains("Softmax") }),
            anchorCount > 0, columns % anchorCount == 0
        else {
            return nil
        }
        let classes = columns / anchorCount - 5
        guard classes > 0, file.head != nil || model.knownClasses(file).map({ $0 == classes }) ?? true else {
            return nil
        }
        return classes
    }

    private func match(_ outputs: [GridOutputs.Map], _ classes: Int, _ strides: [Int]) -> OutputMatch {
        let (head, reason) = kind(outputs)
        let functions = outputs[0].signature.functions
        let isFinished = functions.contains("Sigmoid")
        let anchors = anchors(head, strides)
        var match = OutputMatch(
            head: head, outputNames: outputs.map(\.signature.name), scoreColumns: classes, strides: strides,
            scoreActivation: isFinished ? .none : .sigmoid,
            reasons: [
                "an output of \(anchorCount) · (5 + \(classes)) numbers for each cell of strides \(strides): "
                    + "head \(head.rawValue), \(reason)",
                isFinished ? "numbers come out of a Sigmoid in the graph" : "numbers come without a sigmoid",
                anchors.reason,
            ])
        match.anchorSizes = anchors.sizes
        if head == .yolov3, strides.count == 3,
            model.operatorNames.contains("Mish") || model.operatorNames.contains("Softplus")
        {
            match.xyScales = [1.2, 1.1, 1.05]
        }
        return match
    }

    private func kind(_ outputs: [GridOutputs.Map]) -> (HeadKind, reason: String) {
        if let head = file.head { return (head, "as described") }
        let extents = outputs[0].signature.dimensions
        if extents.count == 5 || (extents.count == 4 && extents[1] == anchorCount) {
            return (.yolov5Raw, "anchors as a dimension of their own, as YOLOv5 and v7 export them")
        }
        let operators = model.operatorNames
        if !operators.isDisjoint(with: ["Sigmoid", "Silu", "HardSwish"]) {
            return (.yolov5Raw, "a network of newer activations than YOLOv3's")
        }
        let isOld = !operators.isDisjoint(with: ["LeakyRelu", "Mish", "Softplus"])
        return isOld
            ? (.yolov3, "LeakyRelu or Mish and no SiLU, as Darknet's networks") : (.yolov5Raw, "no LeakyRelu or Mish")
    }

    private func anchors(_ head: HeadKind, _ strides: [Int]) -> (sizes: [[Float]]?, reason: String) {
        if file.anchorSizes != nil { return (nil, "anchors as described") }
        let name = model.modelName.lowercased()
        switch strides.count {
        case 2 where head == .yolov3 && (model.isDepthwise || name.contains("fastest")):
            return (UsualAnchors.yoloFastest, "anchors of Yolo-Fastest 1.1, for two strides and depthwise layers")
        case 2: return (UsualAnchors.tiny, "anchors of YOLOv3-tiny, for two strides; write others as 'anchors'")
        case 4: return (UsualAnchors.coco4, "anchors of YOLOv5 with four strides")
        case 3 where model.operatorNames.contains("Mish") || model.operatorNames.contains("Softplus"):
            return (UsualAnchors.yolov4, "anchors of YOLOv4, for its Mish")
        case 3 where name.contains("yolov7") && !name.contains("tiny"):
            return (UsualAnchors.yolov4, "anchors of YOLOv7, for its name")
        case 3: return (UsualAnchors.coco, "anchors of YOLOv3 and v5 on COCO; write others as 'anchors'")
        default: return (nil, "no usual anchors for \(strides.count) strides: write 'anchors'")
        }
    }
}

extension ModelInterface {
    /// Classes that the description or the metadata have names for.
    func knownClasses(_ file: ModelDescriptionFile) -> Int? {
        file.labels?.count ?? ExportMetadata(metadata).names?.count
    }
}
