/// One step of a lowered network. Parallel work is divided into independent units, numbered from zero.
package enum KernelOperation: Sendable, Hashable {
    case convolution(ConvolutionOperation)
    case depthwise(DepthwiseOperation)
    case pool(PoolOperation)
    case globalAverage(GlobalAverageOperation)
    case resize(ResizeOperation)
    case channelCopy(ChannelCopyOperation)
    case reorder(ReorderOperation)
    case channelwise(ChannelwiseOperation)
    case map(MapOperation)
    case stridedCopy(StridedCopyOperation)
    case broadcast(BroadcastOperation)
    case reduction(ReductionOperation)
    case gather(GatherOperation)
    case matrixProduct(MatrixProductOperation)

    /// Independent units of work.
    package var units: Int {
        switch self {
        case .convolution(let operation): operation.units
        case .depthwise(let operation): operation.units
        case .pool(let operation): operation.units
        case .globalAverage(let operation): operation.units
        case .resize(let operation): operation.units
        case .channelCopy(let operation): operation.units
        case .reorder(let operation): operation.units
        case .channelwise(let operation): operation.units
        case .map(let operation): operation.units
        case .stridedCopy(let operation): operation.units
        case .broadcast(let operation): operation.units
        case .reduction(let operation): operation.units
        case .gather(let operation): operation.units
        case .matrixProduct(let operation): operation.units
        }
    }

    /// Floats of scratch space each thread needs.
    package var scratchCount: Int {
        switch self {
        case .convolution(let operation): operation.scratchCount
        default: 0
        }
    }
}

/// The kernels compiled for one instruction set.
package struct KernelTable: Sendable {
    /// `avx512`, `avx2`, `neon` or `portable`.
    package let name: String
    /// Runs units `first..<end` of an operation. Units of one operation may run at the same time on several threads,
    /// each with its own scratch space; results do not depend on how the units are divided.
    package let run: @Sendable (_ operation: KernelOperation, _ memory: KernelMemory, _ first: Int, _ end: Int) -> Void

    package init(
        name: String,
        run:
            @escaping @Sendable (_ operation: KernelOperation, _ memory: KernelMemory, _ first: Int, _ end: Int) -> Void
    ) {
        self.name = name
        self.run = run
    }
}
