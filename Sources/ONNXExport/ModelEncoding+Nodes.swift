import GraphIR
import Tensors

extension ModelEncoding {
    /// Adds what `node` comes to in ONNX.
    mutating func add(_ node: Node) throws(ONNXExportError) {
        switch node.operation {
        case .convolution(let attributes): addConvolution(node, attributes)
        case .activation(let activation):
            add(activation, of: node.inputs[0], as: node.outputs[0], name: node.name, isOwn: true)
        default:
            guard let form = NodeForm(node, operandType: node.input(0).flatMap { types[$0]?.elementType }) else {
                throw ONNXExportError(
                    .unsupported, operation: "encode", subject: node.name,
                    reason: "\(node.operation.name) cannot be written as it is; run the standard passes first")
            }
            add(form, name: node.name, isOwn: true, outputs: outputs(of: node))
        }
    }

    /// TopK's first result are the elements, which another node takes.
    private mutating func outputs(of node: Node) -> [String] {
        guard case .topIndices = node.operation else { return node.outputs }
        return [value(node.outputs[0] + "/elements")] + node.outputs
    }

    /// A convolution, and what is fused into it as nodes behind.
    private mutating func addConvolution(_ node: Node, _ attributes: ConvolutionAttributes) {
        let result = node.outputs[0]
        var stages: [(role: String, add: (inout ModelEncoding, _ from: String, _ to: String) -> Void)] = []
        if attributes.residual == .beforeActivation {
            stages.append(("sum", { $0.addSum($1, node.inputs[3], as: $2, name: node.name) }))
        }
        if let activation = attributes.activation {
            stages.append(("activation", { $0.add(activation, of: $1, as: $2, name: node.name + "/activation") }))
        }
        if attributes.residual == .afterActivation {
            stages.append(("sum", { $0.addSum($1, node.inputs[3], as: $2, name: node.name) }))
        }
        var value = stages.isEmpty ? result : self.value(result + "/convolution")
        add(
            NodeForm("Conv", Array(node.inputs.prefix(3)), attributes.attributes), name: node.name, isOwn: true,
            outputs: [value])
        for (index, stage) in stages.enumerated() {
            let next = index == stages.count - 1 ? result : self.value("\(result)/\(stage.role)")
            stage.add(&self, value, next)
            value = next
        }
    }

    private mutating func addSum(_ a: String, _ b: String, as result: String, name: String) {
        add(NodeForm("Add", [a, b]), name: name + "/sum", outputs: [result])
    }

    private mutating func add(
        _ activation: Activation, of x: String, as result: String, name: String, isOwn: Bool = false
    ) {
        let form: NodeForm
        switch activation {
        case .relu: form = NodeForm("Relu", [x])
        case .clamp(let minimum, let maximum):
            form = NodeForm("Clip", [x, bound(minimum, result, "minimum"), bound(maximum, result, "maximum")])
        case .leakyReLU(let slope): form = NodeForm("LeakyRelu", [x], .float("alpha", slope))
        case .sigmoid: form = NodeForm("Sigmoid", [x])
        case .silu:
            let gate = value(result + "/gate")
            add(NodeForm("Sigmoid", [x]), name: name + "/gate", outputs: [gate])
            form = NodeForm("Mul", [x, gate])
        case .hardSigmoid(let alpha, let beta):
            form = NodeForm("HardSigmoid", [x], .float("alpha", alpha), .float("beta", beta))
        case .hardSwish: form = NodeForm("HardSwish", [x])
        case .tanh: form = NodeForm("Tanh", [x])
        case .mish: form = NodeForm("Mish", [x])
        case .elu(let alpha): form = NodeForm("Elu", [x], .float("alpha", alpha))
        }
        add(form, name: name, isOwn: isOwn, outputs: [result])
    }

    /// A clamp's bound as a constant; absent where there is none.
    private mutating func bound(_ value: Float, _ result: String, _ role: String) -> String {
        value.isInfinite ? "" : constant(.scalar(value), base: "\(result)/\(role)")
    }
}
