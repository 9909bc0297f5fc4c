import Kernels

/// What the tiles of one output tile share: operands, packed weights and where results go.
struct Contraction {
    var taps: UnsafePointer<Int>
    var tapCount: Int
    var inner: Int
    /// Taps at the end that have `shortInner` steps.
    var shortTaps: Int
    var shortInner: Int
    var weights: UnsafePointer<Float>
    /// What sums start from: the bias, or integers.
    var starts: UnsafePointer<Float>
    /// Words between neighbouring pixels' operands.
    var pixelStride: Int
    /// Values of the result from one block to the next.
    var blockStride: Int
    /// Whether they are added to the sums of products in the end.
    var addsStartsLast = false
    /// Whether sums are clamped before they leave their registers, which then is all of the epilogue.
    var clamps = false
    var epilogue: Epilogue
    /// How sums become results where one or the other are not floats as they are; nil elsewhere.
    var conversion: SumConversion?
}

/// Where the results of a run of pixels go, and their addends.
struct Target {
    var out: UnsafeMutableRawPointer
    var residual: UnsafeRawPointer?
    /// Bytes of one pixel of a block.
    var pixelBytes: Int
    /// Where a tile's sums are collected when results are stored in fewer bits.
    var stage: UnsafeMutablePointer<Float>

    @inline(always)
    var isStaged: Bool {
        #if BFLOAT16_KERNELS
            pixelBytes == 32
        #else
            false
        #endif
    }

    @inline(always)
    func advanced(by pixels: Int) -> Target {
        let bytes = pixels * pixelBytes
        return Target(out: out + bytes, residual: residual.map { $0 + bytes }, pixelBytes: pixelBytes, stage: stage)
    }
}
