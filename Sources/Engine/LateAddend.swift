import GraphIR
import Tensors

extension GraphLowering {
    /// A convolution with an addend behind its activation: no kernel does both, so it becomes a convolution and a sum of
    /// maps. This is the one place to change when a kernel can.
    mutating func lowerLateAddend(_ node: Node, _ attributes: ConvolutionAttributes) throws(EngineError) {
        let (result, addend) = (node.outputs[0], node.inputs[3])
        let activated = nameIntermediate(result + "/activated", like: result)
        var early = attributes
        early.residual = .none
        try lowerConvolution(
            Node(
                name: node.name, operation: .convolution(early), inputs: Array(node.inputs[..<3]), outputs: [activated]),
            early)
        try lowerBinary(
            Node(
                name: node.name + "/sum", operation: .binary(.add), inputs: [addend, activated],
                outputs: [result]), .add)
    }
}
