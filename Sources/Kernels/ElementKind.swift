/// How the values of a feature map or of packed weights are stored. Sums are 32-bit floats, of bytes 32-bit integers.
package enum ElementKind: UInt8, Sendable, Hashable {
    case float32
    /// The upper half of a 32-bit float: the same range, 8 bits of significand.
    case bfloat16
    /// Maps: bytes that stand for values by a `ByteScale`. Weights: signed bytes, with a scale for each output channel.
    case uint8

    /// Whether values are bytes.
    package var isByte: Bool { if case .uint8 = self { true } else { false } }

    /// Values in one 32-bit word, the unit of the arena and of the constants.
    package var valuesPerWord: Int {
        switch self {
        case .float32: 1
        case .bfloat16: 2
        case .uint8: 4
        }
    }
}
