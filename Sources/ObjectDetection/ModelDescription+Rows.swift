extension ModelDescription {
    /// What understands the rows of the head's feature maps; nil for a head without such.
    var predictionReader: (any PredictionReader)? {
        switch head {
        case .nanodet, .picodet, .yolov8Raw: DistributionReader(self)
        case .yolov3, .yolov5Raw: AnchorReader(self)
        case .yoloFastestV2: SharedClassReader(self)
        case .fastestDet: FastestDetReader(self)
        case .yolov8: DecodedReader(self)
        case .yolox, .yoloxDecoded, .yolov5Decoded, .ssd, .ssdDecoded, .suppressed, .endToEnd: nil
        }
    }

    /// What bounds the scores of the head's rows, for detections that score at least `scoreFloor`; nil where nothing does.
    package func rowGate(scoreFloor: Float) -> RowGate? {
        if let predictionReader { return predictionReader.gate(scoreFloor: scoreFloor) }
        return !head.hasStrides ? nil : RowGate(columns: 4..<5, floor: scoreFloor)
    }

    /// Predictions for each cell in rows of outputs by feature map; nil for a head whose output is one table.
    package var rowAnchors: Int? { predictionReader?.anchors }

    /// For each feature map, or for all together, the outputs whose columns stand side by side in a row.
    package var rowOutputs: [[String]] {
        let parts = predictionReader?.parts.count ?? 0
        guard outputNames.count == parts * strides.count else { return [outputNames] }
        return strides.indices.map { level in
            stride(from: level, to: outputNames.count, by: strides.count).map { outputNames[$0] }
        }
    }
}
