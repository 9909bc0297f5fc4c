/// How a model's feature maps and weights are stored and multiplied. Sums, inputs and outputs are 32-bit floats in any case.
package enum Precision: String, Sendable, Hashable, CaseIterable, Codable {
    /// 32-bit floats.
    case f32
    /// bfloat16: half the memory, twice the products in a cycle, 8 bits of significand.
    case bf16
    /// 8-bit integers where the model has been quantized, floats elsewhere.
    case int8
}
