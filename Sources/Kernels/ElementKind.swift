/// How the values of a feature map or of packed weights are stored. Arithmetic is done on 32-bit floats in either case.
package enum ElementKind: UInt8, Sendable, Hashable {
    case float32
    /// The upper half of a 32-bit float: the same range, 8 bits of significand.
    case bfloat16

    /// Values in one 32-bit word, the unit of the arena and of the constants.
    package var valuesPerWord: Int {
        switch self {
        case .float32: 1
        case .bfloat16: 2
        }
    }
}
