import Glibc
import Kernels

@inline(always)
func combine(_ a: Vector, _ b: Vector, _ function: BinaryKind) -> Vector {
    switch function {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    case .minimum: return minimum(a, b)
    case .maximum: return maximum(a, b)
    case .equal: return Vector(repeating: 0).replacing(with: 1, where: a .== b)
    case .greater: return Vector(repeating: 0).replacing(with: 1, where: a .> b)
    case .less: return Vector(repeating: 0).replacing(with: 1, where: a .< b)
    case .when: return a.replacing(with: 0, where: b .== 0)
    case .unless: return Vector(repeating: 0).replacing(with: a, where: b .== 0)
    case .power:
        var result = a
        for lane in 0..<16 { result[lane] = powf(a[lane], b[lane]) }
        return result
    }
}

@inline(always)
private func combine(_ a: Float, _ b: Float, _ function: BinaryKind) -> Float {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .minimum: b < a ? b : a
    case .maximum: b > a ? b : a
    case .power: powf(a, b)
    case .equal: a == b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .when: b == 0 ? 0 : a
    case .unless: b == 0 ? a : 0
    }
}

extension MapOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let (from, to) = (first * Self.grain, min(count, end * Self.grain))
        guard from < to else { return }
        if inputElement.isByte || outputElement.isByte { return convertBytes(memory, from, to) }
        #if BFLOAT16_KERNELS
            switch (inputElement, outputElement) {
            case (.float32, .float32): runOverFloats(memory, from, to)
            case (.float32, .bfloat16): run(from: Float.self, to: BFloat16.self, memory, from, to)
            case (.bfloat16, .float32): run(from: BFloat16.self, to: Float.self, memory, from, to)
            case (.bfloat16, .bfloat16): run(from: BFloat16.self, to: BFloat16.self, memory, from, to)
            case (.uint8, _), (_, .uint8): break
            }
        #else
            runOverFloats(memory, from, to)
        #endif
    }

    #if BFLOAT16_KERNELS
        @inline(always)
        private func run<Input: Element, Output: Element>(
            from input: Input.Type, to output: Output.Type, _ memory: KernelMemory, _ from: Int, _ to: Int
        ) {
            let source = UnsafeRawPointer(resolve(self.input, memory)).assumingMemoryBound(to: Input.self)
            let residual = epilogue.residual.map { UnsafePointer(memory.values(output, at: $0)) + from }
            let out = memory.values(output, at: self.output)
            applyEpilogue(source + from, residual, out + from, to - from, epilogue)
        }
    #endif

    @inline(always)
    private func runOverFloats(_ memory: KernelMemory, _ from: Int, _ to: Int) {
        let source = resolve(input, memory)
        let out = memory.arena + output
        if source != UnsafePointer(out) { (out + from).update(from: source + from, count: to - from) }
        if let residual = epilogue.residual {
            let addend = memory.arena + residual
            for index in from..<to { out[index] += addend[index] }
        }
        var rest = epilogue
        rest.residual = nil
        applyEpilogueToArray(out + from, to - from, rest)
    }
}

extension BroadcastOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let extents = memory.tables + table
        let strides = (extents + rank, extents + 2 * rank)
        let (a, b) = (resolve(left, memory), resolve(right, memory))
        for step in first..<end {
            let out = memory.arena + output + step * outerStride
            combineAxis(a + step * strides.0[0], b + step * strides.1[0], out, 1, outerStride, extents, strides)
        }
    }

    /// One axis and everything inside it; `size` is the number of result floats from here on.
    private func combineAxis(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ axis: Int,
        _ size: Int, _ extents: UnsafePointer<Int>, _ strides: (UnsafePointer<Int>, UnsafePointer<Int>)
    ) {
        guard axis < rank else {
            out.pointee = combine(a.pointee, b.pointee, function)
            return
        }
        let (extent, strideA, strideB) = (extents[axis], strides.0[axis], strides.1[axis])
        guard axis == rank - 1 else {
            let inner = size / max(1, extent)
            for step in 0..<extent {
                combineAxis(
                    a + step * strideA, b + step * strideB, out + step * inner, axis + 1, inner, extents, strides)
            }
            return
        }
        combineRun(a, strideA, b, strideB, out, extent)
    }

    private func combineRun(
        _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
        _ out: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var index = 0
        if strideA <= 1 && strideB <= 1 {
            while index + 16 <= count {
                let x = strideA == 1 ? load(a + index) : Vector(repeating: a.pointee)
                let y = strideB == 1 ? load(b + index) : Vector(repeating: b.pointee)
                store(combine(x, y, function), out + index)
                index += 16
            }
        }
        while index < count {
            out[index] = combine(a[index * strideA], b[index * strideB], function)
            index += 1
        }
    }
}

extension MatrixProductOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let (a, b) = (resolve(left, memory), resolve(right, memory))
        let (rowA, columnA) = leftStrides
        let (rowB, columnB) = rightStrides
        for unit in first..<end {
            let (item, row) = (unit / rows, unit % rows)
            let lhs = a + memory.tables[batchTable + 2 * item] + row * rowA
            let rhs = b + memory.tables[batchTable + 2 * item + 1]
            let out = memory.arena + output + unit * columns
            out.update(repeating: 0, count: columns)
            for k in 0..<depth {
                let factor = lhs[k * columnA] * scale
                addScaled(rhs + k * rowB, columnB, factor, out)
            }
        }
    }

    @inline(always)
    private func addScaled(
        _ source: UnsafePointer<Float>, _ stride: Int, _ factor: Float, _ out: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        if stride == 1 {
            let scalar = Vector(repeating: factor)
            while column + 16 <= columns {
                store(load(out + column).addingProduct(load(source + column), scalar), out + column)
                column += 16
            }
        }
        while column < columns {
            out[column] = out[column].addingProduct(source[column * stride], factor)
            column += 1
        }
    }
}
