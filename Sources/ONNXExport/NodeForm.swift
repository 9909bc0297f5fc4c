import GraphIR
import ProtobufSchemas
import Tensors

/// An ONNX node without its names.
struct NodeForm {
    var type: String
    var inputs: [String]
    var attributes: [Onnx_AttributeProto]

    init(_ type: String, _ inputs: [String], _ attributes: Onnx_AttributeProto...) {
        self.init(type, inputs, attributes)
    }

    init(_ type: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto]) {
        self.type = type
        self.inputs = inputs
        self.attributes = attributes
    }

    /// The one node that `node` is; nil for what comes to several, or to none.
    /// - Parameter type: of the node's first operand.
    init?(_ node: Node, operandType type: ElementType?) {
        let inputs = node.inputs
        switch node.operation {
        case .unary, .matMul, .slice, .squeeze, .unsqueeze, .expand, .tile, .shape, .range, .identity, .clip,
            .globalAveragePool, .scatter, .select:
            self.init(node.operation.name, inputs)
        case .binary(let function):
            self.init(type == .bool ? function.nameOnTruthValues ?? node.operation.name : node.operation.name, inputs)
        case .concat(let axis), .gather(let axis), .gatherElements(let axis), .softmax(let axis), .flatten(let axis):
            self.init(node.operation.name, inputs, .int("axis", axis))
        case .split(let axis):
            let parts: [Onnx_AttributeProto] = node.input(1) == nil ? [.int("num_outputs", node.outputs.count)] : []
            self.init("Split", inputs, [.int("axis", axis)] + parts)
        case .reshape(let allowZero): self.init("Reshape", inputs, .flag("allowzero", allowZero))
        case .transpose(let permutation):
            self.init("Transpose", inputs, permutation.isEmpty ? [] : [.ints("perm", permutation)])
        case .cast(let elementType): self.init("Cast", inputs, .int("to", Int(elementType.dataType)))
        case .constantOfShape(let value):
            self.init("ConstantOfShape", inputs, .tensor("value", value.reshaped([1])))
        default: self.init(computing: node)
        }
    }

    private init?(computing node: Node) {
        let inputs = node.inputs
        switch node.operation {
        case .batchNormalization(let epsilon): self.init("BatchNormalization", inputs, .float("epsilon", epsilon))
        case .maxPool(let pool): self.init("MaxPool", inputs, pool.attributes)
        case .averagePool(let pool, let countsPadding):
            self.init("AveragePool", inputs, pool.attributes + [.flag("count_include_pad", countsPadding)])
        case .resize(let attributes): self.init("Resize", Self.resizeOperands(inputs), attributes.attributes)
        case .reduce(_, let keepDimensions):
            self.init(node.operation.name, inputs, .flag("keepdims", keepDimensions))
        case .nonMaximumSuppression(let areCentres):
            self.init("NonMaxSuppression", inputs, .flag("center_point_box", areCentres))
        case .gatherParts(let batchAxes): self.init("GatherND", inputs, .int("batch_dims", batchAxes))
        case .topIndices(let axis, let isLargest):
            self.init("TopK", inputs, .int("axis", axis), .int("largest", isLargest ? 1 : 0))
        case .pad(let mode): self.init("Pad", inputs, .string("mode", mode.rawValue))
        case .gemm(let gemm):
            self.init(
                "Gemm", inputs, .float("alpha", gemm.alpha), .float("beta", gemm.beta),
                .flag("transA", gemm.transposeA), .flag("transB", gemm.transposeB))
        default: return nil
        }
    }

    /// ONNX takes either scales or sizes; sizes decide where both are there.
    private static func resizeOperands(_ inputs: [String]) -> [String] {
        guard inputs.count > 3, !inputs[3].isEmpty else { return [inputs[0], "", inputs.count > 2 ? inputs[2] : ""] }
        return [inputs[0], "", "", inputs[3]]
    }
}

extension BinaryFunction {
    fileprivate var nameOnTruthValues: String? {
        switch self {
        case .minimum: "And"
        case .maximum: "Or"
        default: nil
        }
    }
}

extension ConvolutionAttributes {
    /// Those of ONNX's Conv.
    var attributes: [Onnx_AttributeProto] {
        let padding = windowPadding(padding, autoPadding)
        return [
            .ints("kernel_shape", kernel), .ints("strides", strides), padding, .ints("dilations", dilations),
            .int("group", group),
        ]
    }
}

extension PoolAttributes {
    fileprivate var attributes: [Onnx_AttributeProto] {
        [
            .ints("kernel_shape", kernel), .ints("strides", strides), windowPadding(padding, autoPadding),
            .ints("dilations", dilations), .flag("ceil_mode", ceilMode),
        ]
    }
}

private func windowPadding(_ padding: [Int], _ automatic: AutoPadding) -> Onnx_AttributeProto {
    automatic == .explicit ? .ints("pads", padding) : .string("auto_pad", automatic.rawValue)
}

extension ResizeAttributes {
    fileprivate var attributes: [Onnx_AttributeProto] {
        var attributes: [Onnx_AttributeProto] = [
            .string("mode", mode.rawValue), .string("coordinate_transformation_mode", coordinates.rawValue),
        ]
        if mode == .nearest { attributes.append(.string("nearest_mode", rounding.rawValue)) }
        if mode == .cubic { attributes.append(.float("cubic_coeff_a", cubicCoefficient)) }
        return attributes
    }
}
