/// Element types a tensor can hold.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
    case float32, int64, int32, uint8, bool
}

/// A dense row-major array with a shape; a value type.
package struct Tensor: Sendable, Hashable {
    /// Elements of one type, row-major.
    package enum Storage: Sendable, Hashable {
        case float32([Float])
        case int64([Int64])
        case int32([Int32])
        case uint8([UInt8])
        case bool([Bool])
    }

    package let shape: Shape
    package var storage: Storage

    /// A tensor over existing elements; their number must be `shape.count`.
    package init(shape: Shape, storage: Storage) {
        precondition(storage.count == shape.count, "shape \(shape) needs \(shape.count) elements, not \(storage.count)")
        self.shape = shape
        self.storage = storage
    }

    package init(_ values: [Float], shape: Shape) { self.init(shape: shape, storage: .float32(values)) }
    package init(_ values: [Int64], shape: Shape) { self.init(shape: shape, storage: .int64(values)) }
    package static func scalar(_ value: Float) -> Tensor { Tensor([value], shape: []) }
    package static func vector(_ values: [Int64]) -> Tensor { Tensor(values, shape: [values.count]) }

    package var count: Int { shape.count }
    package var elementType: ElementType { storage.elementType }

    /// The elements when the type is `float32`, else nil.
    package var floats: [Float]? {
        if case .float32(let values) = storage { values } else { nil }
    }

    /// The elements as 64-bit integers when the type is an integer, `uint8` or `bool`, else nil.
    package var integers: [Int64]? {
        switch storage {
        case .int64(let values): values
        case .int32(let values): values.map(Int64.init)
        case .uint8(let values): values.map(Int64.init)
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .float32: nil
        }
    }

    /// The same elements under another shape of equal count.
    package func reshaped(_ shape: Shape) -> Tensor { Tensor(shape: shape, storage: storage) }
}

extension Tensor.Storage {
    package var count: Int {
        switch self {
        case .float32(let values): values.count
        case .int64(let values): values.count
        case .int32(let values): values.count
        case .uint8(let values): values.count
        case .bool(let values): values.count
        }
    }

    package var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .int64: .int64
        case .int32: .int32
        case .uint8: .uint8
        case .bool: .bool
        }
    }
}
