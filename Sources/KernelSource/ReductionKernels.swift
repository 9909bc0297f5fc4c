import Kernels

extension ReductionOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let source = resolve(input, memory)
        for step in first..<end {
            let from = source + step * extent * inner
            if case .softmax = kind {
                let out = memory.arena + output + step * extent * inner
                for index in 0..<inner { softmax(from + index, out + index, memory) }
            } else {
                let out = memory.arena + output + step * inner
                for index in 0..<inner { out[index] = reduce(from + index) }
            }
        }
    }

    private func reduce(_ source: UnsafePointer<Float>) -> Float {
        var value = source.pointee
        for index in 1..<max(1, extent) {
            let x = source[index * inner]
            switch kind {
            case .sum, .mean, .softmax: value += x
            case .maximum: value = x > value ? x : value
            case .minimum: value = x < value ? x : value
            case .product: value *= x
            }
        }
        if case .mean = kind { return value / Float(extent) }
        return value
    }

    /// exp(x − max) over its sum, along one line of the axis.
    private func softmax(_ source: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ memory: KernelMemory) {
        var peak = source.pointee
        for index in 1..<max(1, extent) { peak = max(peak, source[index * inner]) }
        var (sum, index) = (Float(0), 0)
        while index < extent {
            let lanes = min(16, extent - index)
            var values = Vector(repeating: -.infinity)
            for lane in 0..<lanes { values[lane] = source[(index + lane) * inner] - peak }
            let powers = exponential(values)
            for lane in 0..<lanes {
                out[(index + lane) * inner] = powers[lane]
                sum += powers[lane]
            }
            index += 16
        }
        for index in 0..<extent { out[index * inner] /= sum }
    }
}
