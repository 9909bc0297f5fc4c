import GraphIR

extension OperatorTable {
    static let productOperators: [String: OperatorConverter] = [
        "MatMul": direct(.matMul, operands: 2),
        "Gemm": { (node, builder) throws(ModelFailure) in
            let attributes = GemmAttributes(
                alpha: try node.attributes.float("alpha", default: 1),
                beta: try node.attributes.float("beta", default: 1),
                transposeA: try node.attributes.flag("transA"), transposeB: try node.attributes.flag("transB"))
            try builder.add(.gemm(attributes), node.operands(3), for: node)
        },
    ]
}
