package import Kernels

#if AVX512_KERNELS
    private let instructionSet = "avx512"
#elseif AVX2_KERNELS
    private let instructionSet = "avx2"
#elseif arch(arm64)
    private let instructionSet = "neon"
#else
    private let instructionSet = "portable"
#endif

/// The kernels of this module, compiled for its instruction set.
package let kernelTable = KernelTable(name: instructionSet) { operation, memory, first, end in
    switch operation {
    case .convolution(let convolution): convolution.run(memory, first, end)
    case .depthwise(let depthwise): depthwise.run(memory, first, end)
    case .pool(let pool): pool.run(memory, first, end)
    case .globalAverage(let average): average.run(memory, first, end)
    case .resize(let resize): resize.run(memory, first, end)
    case .channelCopy(let copy): copy.run(memory, first, end)
    case .reorder(let reorder): reorder.run(memory, first, end)
    case .channelwise(let channelwise): channelwise.run(memory, first, end)
    case .map(let map): map.run(memory, first, end)
    case .stridedCopy(let copy): copy.run(memory, first, end)
    case .broadcast(let broadcast): broadcast.run(memory, first, end)
    case .reduction(let reduction): reduction.run(memory, first, end)
    case .gather(let gather): gather.run(memory, first, end)
    case .matrixProduct(let product): product.run(memory, first, end)
    }
}
