import Kernels

extension CompiledModel {
    /// Convolutions, depthwise ones included.
    package var convolutions: Int { steps.count { $0.multipliesBytes != nil } }
    /// Convolutions that multiply bytes.
    package var byteConvolutions: Int { steps.count { $0.multipliesBytes == true } }
}

extension CompiledModel.Step {
    /// Whether operands are bytes; nil for a step that is no convolution.
    fileprivate var multipliesBytes: Bool? {
        switch operation {
        case .convolution(let operation): operation.operands == .uint8
        case .depthwise(let operation): operation.input.element == .uint8
        default: nil
        }
    }

    /// The kernel's name, as in `pointwise` or `depthwise`.
    package var kind: String {
        switch operation {
        case .convolution(let operation):
            switch operation.source {
            case .direct: "pointwise"
            case .padded: operation.sharedTaps ? "convolution" : "grouped convolution"
            case .planar: "stem"
            }
        case .depthwise: "depthwise"
        case .pool: "pool"
        case .globalAverage: "global average"
        case .resize: "resize"
        case .channelCopy: "channel copy"
        case .reorder: "reorder"
        case .channelwise: "channelwise"
        case .map: "map"
        case .stridedCopy: "copy"
        case .broadcast: "broadcast"
        case .reduction: "reduction"
        case .gather: "gather"
        case .topIndices: "top indices"
        case .indexedCopy: "indexed copy"
        case .matrixProduct: "matrix product"
        case .demand: "demand"
        }
    }

    /// What it works on: channels and extents of feature maps, else element counts.
    package var shape: String {
        switch operation {
        case .convolution(let operation):
            "\(operation.depth / operation.window.area)→\(Self.describe(operation.output, operation.window))"
        case .depthwise(let operation): Self.describe(operation.output, operation.window)
        case .pool(let operation): Self.describe(operation.output, operation.window)
        case .globalAverage(let operation): Self.describe(operation.input)
        case .resize(let operation): Self.describe(operation.output)
        case .channelCopy(let operation): Self.describe(operation.output)
        case .reorder(let operation): Self.describe(operation.blocked)
        case .channelwise(let operation): Self.describe(operation.output)
        case .map(let operation): "\(operation.count)"
        case .stridedCopy(let operation): "outer \(operation.outer)"
        case .broadcast(let operation): "\(operation.outer)×\(operation.outerStride)"
        case .reduction(let operation): "\(operation.outer)×\(operation.extent)×\(operation.inner)"
        case .gather(let operation): "\(operation.outer)×\(operation.indexCount)×\(operation.inner)"
        case .topIndices(let operation): "\(operation.units)×\(operation.count) of \(operation.extent)"
        case .indexedCopy(let operation): "\(operation.runs)×\(operation.inner)"
        case .matrixProduct(let operation):
            "\(operation.batch)×\(operation.rows)×\(operation.depth)×\(operation.columns)"
        case .demand(let operation): Self.describe(operation.gate)
        }
    }

    /// Multiply-adds of a convolution or matrix product, without padding lanes; 0 for other steps.
    package var multiplyAdds: Int {
        switch operation {
        case .convolution(let operation): operation.output.channels * operation.output.pixels * operation.depth
        case .depthwise(let operation):
            operation.output.channels * operation.output.pixels * operation.window.area
        case .matrixProduct(let operation): operation.batch * operation.rows * operation.depth * operation.columns
        default: 0
        }
    }

    /// Bytes that a convolution must at least read and write: its input, its weights and its result, each once. Nil for other
    /// steps.
    package var bytes: Int? {
        switch operation {
        case .convolution(let operation):
            let lanes = operation.source == .planar ? 1 : channelBlock
            let values = operation.inputGroups * operation.inputHeight * operation.inputWidth * lanes
            let input = operation.source == .planar ? values : values / operation.operands.valuesPerWord
            let weights = operation.output.blocks * operation.tapCount * operation.inner * channelBlock
            return 4 * (input + weights + operation.output.words)
        case .depthwise(let operation):
            let weights = operation.output.blocks * operation.window.area * channelBlock
            return 4 * (operation.input.words + weights + operation.output.words)
        default: return nil
        }
    }

    private static func describe(_ view: BlockedView, _ window: WindowGeometry? = nil) -> String {
        let extents = "\(view.channels)×\(view.height)×\(view.width)"
        guard let window else { return extents }
        return extents + " \(window.kernelHeight)×\(window.kernelWidth)/\(window.strideY)"
    }
}
