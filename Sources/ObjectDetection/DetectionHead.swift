import Tensors

/// Reads one kind of output.
protocol DetectionHead: Sendable {
    /// Everything at or above the score floor in the wanted classes, boxes in input pixels, in the order of the output.
    ///
    /// `outputs` are the tensors of `ModelDescription.outputNames`, in that order.
    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection]
}

/// Reads outputs that are rows, each of which holds its predictions by itself.
protocol RowHead: DetectionHead {
    /// What some rows hold. `values` has the columns of each row of `indices`, one row after the other.
    func candidates(inRows indices: [Int], values: [Float], thresholds: DetectionThresholds) -> [Detection]
}
