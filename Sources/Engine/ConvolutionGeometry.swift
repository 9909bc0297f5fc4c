import GraphIR
import Kernels

extension WindowGeometry {
    /// Kernel positions.
    var area: Int { kernelHeight * kernelWidth }

    /// Whether every output pixel reads just the input pixel of the same place.
    var isPointwise: Bool {
        kernelHeight == 1 && kernelWidth == 1 && strideY == 1 && strideX == 1 && padTop == 0 && padLeft == 0
    }
}

extension Epilogue {
    /// The epilogue of a fused activation.
    init(fusing activation: Activation) {
        switch activation {
        case .relu: self.init(.clamp, 0, .infinity)
        case .clamp(let minimum, let maximum): self.init(.clamp, minimum, maximum)
        case .leakyReLU(let slope): self.init(.leakyReLU, slope)
        case .sigmoid: self.init(.sigmoid)
        case .silu: self.init(.silu)
        case .hardSigmoid(let alpha, let beta): self.init(.hardSigmoid, alpha, beta)
        case .hardSwish: self.init(.hardSwish)
        case .tanh: self.init(.tanh)
        case .mish: self.init(.mish)
        case .elu(let alpha): self.init(.elu, alpha)
        }
    }

    /// The same epilogue with its addend placed.
    func with(residual: BlockedStorage?, _ plan: MemoryPlan) -> Epilogue {
        var epilogue = self
        epilogue.residual = residual.map { plan.offset(of: $0.reference) }
        return epilogue
    }
}
