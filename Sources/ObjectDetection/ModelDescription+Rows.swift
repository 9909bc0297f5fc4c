extension ModelDescription {
    /// What bounds the scores of the head's rows, for detections that score at least `scoreFloor`; nil where nothing does.
    package func rowGate(scoreFloor: Float) -> RowGate? {
        switch head {
        case .yolox, .yoloxDecoded, .yolov5Decoded: RowGate(columns: 4..<5, floor: scoreFloor)
        case .nanodet, .picodet: DistributionReader(self).gate(scoreFloor: scoreFloor)
        case .ssd, .ssdDecoded: nil
        }
    }

    /// Predictions for each cell in rows of outputs by feature map; nil for a head whose output is one table.
    package var rowAnchors: Int? { head.isDistribution ? 1 : nil }

    /// For each feature map, or for all together, the outputs whose columns stand side by side in a row.
    package var rowOutputs: [[String]] {
        guard head.isDistribution, outputNames.count != 2, outputNames.count % strides.count == 0 else {
            return [outputNames]
        }
        return strides.indices.map { level in
            stride(from: level, to: outputNames.count, by: strides.count).map { outputNames[$0] }
        }
    }
}
