import GraphIR
import Tensors

/// Padding of a convolution or pooling window.
enum WindowPadding {
    /// top, left, bottom, right, with ONNX `auto_pad` worked out for the input's size.
    static func resolve(
        _ mode: AutoPadding, _ explicit: [Int], input: Shape, kernel: [Int], strides: [Int], dilations: [Int]
    ) -> [Int] {
        switch mode {
        case .explicit: return explicit
        case .valid: return [0, 0, 0, 0]
        case .sameUpper, .sameLower:
            var (before, after) = ([0, 0], [0, 0])
            for axis in 0..<2 {
                let extent = input[2 + axis]
                let output = (extent + strides[axis] - 1) / strides[axis]
                let reach = (kernel[axis] - 1) * dilations[axis] + 1
                let total = max(0, (output - 1) * strides[axis] + reach - extent)
                before[axis] = mode == .sameUpper ? total / 2 : total - total / 2
                after[axis] = total - before[axis]
            }
            return before + after
        }
    }
}
