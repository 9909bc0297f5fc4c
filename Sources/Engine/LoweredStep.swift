import GraphIR
import Kernels
import Tensors

/// A kernel call whose operands are not placed yet.
struct LoweredStep {
    /// The node it comes from.
    var node: String
    var reads: [StorageReference]
    var writes: [StorageReference]
    /// The call, once every buffer has an arena offset.
    var make: (_ plan: MemoryPlan) -> KernelOperation
}

/// A suppression whose operands are not placed yet.
struct LoweredSuppression {
    let settings: BoxSuppression
    let boxes: ArrayStorage
    let scores: ArrayStorage
    /// Of the scores.
    let shape: Shape
}
