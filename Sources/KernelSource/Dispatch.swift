package import Kernels

#if BFLOAT16_KERNELS
    private let instructionSet = "avx512-bf16"
#elseif AVX512_KERNELS
    private let instructionSet = "avx512"
#elseif AVX2_KERNELS
    private let instructionSet = "avx2"
#elseif arch(arm64)
    private let instructionSet = "neon"
#else
    private let instructionSet = "portable"
#endif

#if BFLOAT16_KERNELS
    private let hasBFloat16 = true
#else
    private let hasBFloat16 = false
#endif

#if BYTE_PRODUCTS
    private let hasByteProducts = true
#else
    private let hasByteProducts = false
#endif

#if WIDE_REGISTERS
    private let tileBlocks = 2
#else
    private let tileBlocks = 1
#endif

/// The kernels of this module, compiled for its instruction set.
package let kernelTable = KernelTable(
    name: instructionSet, hasBFloat16: hasBFloat16, hasByteProducts: hasByteProducts,
    tileBlocks: tileBlocks,
    convolution: { $0.run($1, $2, $3) },
    depthwise: { $0.run($1, $2, $3) },
    pool: { $0.run($1, $2, $3) },
    globalAverage: { $0.run($1, $2, $3) },
    resize: { $0.run($1, $2, $3) },
    channelCopy: { $0.run($1, $2, $3) },
    reorder: { $0.run($1, $2, $3) },
    channelwise: { $0.run($1, $2, $3) },
    map: { $0.run($1, $2, $3) },
    stridedCopy: { $0.run($1, $2, $3) },
    broadcast: { $0.run($1, $2, $3) },
    reduction: { $0.run($1, $2, $3) },
    gather: { $0.run($1, $2, $3) },
    topIndices: { $0.run($1, $2, $3) },
    indexedCopy: { $0.run($1, $2, $3) },
    matrixProduct: { $0.run($1, $2, $3) },
    demand: { $0.run($1, $2, $3) },
    picture: { $0.run($1, $2, $3) },
    foldedPicture: { $0.run($1, $2, $3) },
    peak: { $0.run() })
