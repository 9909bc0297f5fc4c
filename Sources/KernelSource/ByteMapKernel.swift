import Kernels

extension MapOperation {
    /// Floats to the bytes that stand for them or back, or bytes to those of another scale.
    func convertBytes(_ memory: KernelMemory, _ from: Int, _ to: Int) {
        let source = UnsafeRawPointer(resolve(input, memory))
        let out = UnsafeMutableRawPointer(memory.arena + output)
        let bytes = ByteResults(outputScale, residual: inputScale)
        switch (inputElement, outputElement) {
        case (.uint8, .uint8): convert(bytes, bytes, source, out, from, to)
        case (.uint8, _): convert(bytes, FloatResults(), source, out, from, to)
        default: convert(FloatResults(), bytes, source, out, from, to)
        }
    }

    @inline(always)
    private func convert<A: Results, B: Results>(
        _ input: A, _ output: B, _ source: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ from: Int, _ to: Int
    ) {
        var index = from
        while index < to {
            output.store(input.addend(source + index * A.bytesPerValue), out + index * B.bytesPerValue)
            index += 16
        }
    }
}
