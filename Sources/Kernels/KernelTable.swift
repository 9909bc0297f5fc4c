/// One step of a lowered network. Parallel work is divided into independent units, numbered from zero.
package enum KernelOperation: Sendable {
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
    case topIndices(TopIndicesOperation)
    case indexedCopy(IndexedCopyOperation)
    case matrixProduct(MatrixProductOperation)
    case demand(DemandOperation)

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
        case .topIndices(let operation): operation.units
        case .indexedCopy(let operation): operation.units
        case .matrixProduct(let operation): operation.units
        case .demand(let operation): operation.units
        }
    }

    /// Units of work in a run where earlier steps have decided which cells are computed.
    package func units(_ memory: KernelMemory) -> Int {
        let list: Int? =
            switch self {
            case .convolution(let operation): operation.demand
            case .depthwise(let operation): operation.demand
            default: nil
            }
        guard let list, !memory.demandsAll(list) else { return units }
        return memory.demandedRuns(list)
    }

    /// Floats of scratch space each thread needs.
    package var scratchCount: Int {
        switch self {
        case .convolution(let operation): operation.scratchCount
        case .depthwise(let operation): operation.scratchCount
        case .pool(let operation): operation.scratchCount
        case .demand(let operation): operation.scratchCount
        default: 0
        }
    }
}

/// The kernels compiled for one instruction set. Units of one operation may run at the same time on several threads, each with
/// its own scratch space; results do not depend on how the units are divided.
///
/// One function for each operation, so that code compiled for an instruction set handles plain structs only: taking an
/// enumeration apart there would emit helper functions that the linker may pick for the whole program.
package struct KernelTable: Sendable {
    /// Runs units `first..<end` of an operation.
    package typealias Kernel<Operation> =
        @Sendable (_ operation: Operation, _ memory: KernelMemory, _ first: Int, _ end: Int) -> Void
    /// Writes units `first..<end` of a picture into the tensor. No step of a network: it works on the decoder's memory.
    package typealias PictureKernel =
        @Sendable (_ operation: PictureOperation, _ scratch: PictureScratch, _ first: Int, _ end: Int) -> Void
    /// The same for a model that converts colours itself.
    package typealias FoldedPictureKernel =
        @Sendable (_ operation: FoldedPictureOperation, _ scratch: PictureScratch, _ first: Int, _ end: Int) -> Void

    /// `avx512-bf16`, `avx512`, `avx2`, `neon` or `portable`.
    package var name: String
    /// Whether the kernels work on maps and weights of `ElementKind.bfloat16`.
    package var hasBFloat16: Bool
    /// Whether one instruction multiplies and adds bytes; other kernels do it in several.
    package var hasByteProducts: Bool
    /// Blocks of a convolution's output tile that the kernels are fastest with, 1 or 2; they work with either.
    package var tileBlocks: Int
    package var convolution: Kernel<ConvolutionOperation>
    package var depthwise: Kernel<DepthwiseOperation>
    package var pool: Kernel<PoolOperation>
    package var globalAverage: Kernel<GlobalAverageOperation>
    package var resize: Kernel<ResizeOperation>
    package var channelCopy: Kernel<ChannelCopyOperation>
    package var reorder: Kernel<ReorderOperation>
    package var channelwise: Kernel<ChannelwiseOperation>
    package var map: Kernel<MapOperation>
    package var stridedCopy: Kernel<StridedCopyOperation>
    package var broadcast: Kernel<BroadcastOperation>
    package var reduction: Kernel<ReductionOperation>
    package var gather: Kernel<GatherOperation>
    package var topIndices: Kernel<TopIndicesOperation>
    package var indexedCopy: Kernel<IndexedCopyOperation>
    package var matrixProduct: Kernel<MatrixProductOperation>
    package var demand: Kernel<DemandOperation>
    package var picture: PictureKernel
    package var foldedPicture: FoldedPictureKernel
    /// Runs a measurement and returns its last sum, so that none of it is left out.
    package var peak: @Sendable (PeakOperation) -> Float

    package init(
        name: String, hasBFloat16: Bool, hasByteProducts: Bool, tileBlocks: Int,
        convolution: @escaping Kernel<ConvolutionOperation>,
        depthwise: @escaping Kernel<DepthwiseOperation>,
        pool: @escaping Kernel<PoolOperation>, globalAverage: @escaping Kernel<GlobalAverageOperation>,
        resize: @escaping Kernel<ResizeOperation>, channelCopy: @escaping Kernel<ChannelCopyOperation>,
        reorder: @escaping Kernel<ReorderOperation>, channelwise: @escaping Kernel<ChannelwiseOperation>,
        map: @escaping Kernel<MapOperation>, stridedCopy: @escaping Kernel<StridedCopyOperation>,
        broadcast: @escaping Kernel<BroadcastOperation>, reduction: @escaping Kernel<ReductionOperation>,
        gather: @escaping Kernel<GatherOperation>, topIndices: @escaping Kernel<TopIndicesOperation>,
        indexedCopy: @escaping Kernel<IndexedCopyOperation>, matrixProduct: @escaping Kernel<MatrixProductOperation>,
        demand: @escaping Kernel<DemandOperation>, picture: @escaping PictureKernel,
        foldedPicture: @escaping FoldedPictureKernel,
        peak: @escaping @Sendable (PeakOperation) -> Float
    ) {
        self.name = name
        self.hasBFloat16 = hasBFloat16
        self.hasByteProducts = hasByteProducts
        self.tileBlocks = tileBlocks
        self.convolution = convolution
        self.depthwise = depthwise
        self.pool = pool
        self.globalAverage = globalAverage
        self.resize = resize
        self.channelCopy = channelCopy
        self.reorder = reorder
        self.channelwise = channelwise
        self.map = map
        self.stridedCopy = stridedCopy
        self.broadcast = broadcast
        self.reduction = reduction
        self.gather = gather
        self.topIndices = topIndices
        self.indexedCopy = indexedCopy
        self.matrixProduct = matrixProduct
        self.demand = demand
        self.picture = picture
        self.foldedPicture = foldedPicture
        self.peak = peak
    }

    /// Runs units `first..<end` of `operation`.
    package func run(_ operation: KernelOperation, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        switch operation {
        case .convolution(let operation): convolution(operation, memory, first, end)
        case .depthwise(let operation): depthwise(operation, memory, first, end)
        case .pool(let operation): pool(operation, memory, first, end)
        case .globalAverage(let operation): globalAverage(operation, memory, first, end)
        case .resize(let operation): resize(operation, memory, first, end)
        case .channelCopy(let operation): channelCopy(operation, memory, first, end)
        case .reorder(let operation): reorder(operation, memory, first, end)
        case .channelwise(let operation): channelwise(operation, memory, first, end)
        case .map(let operation): map(operation, memory, first, end)
        case .stridedCopy(let operation): stridedCopy(operation, memory, first, end)
        case .broadcast(let operation): broadcast(operation, memory, first, end)
        case .reduction(let operation): reduction(operation, memory, first, end)
        case .gather(let operation): gather(operation, memory, first, end)
        case .topIndices(let operation): topIndices(operation, memory, first, end)
        case .indexedCopy(let operation): indexedCopy(operation, memory, first, end)
        case .matrixProduct(let operation): matrixProduct(operation, memory, first, end)
        case .demand(let operation): demand(operation, memory, first, end)
        }
    }
}
