package import Tensors

extension Tensor {
    /// The tensor with its elements converted as C does: floats are truncated towards zero, anything but zero is true.
    /// Floats outside the target's range saturate; NaN becomes zero.
    package func cast(to elementType: ElementType) -> Tensor {
        guard elementType != self.elementType else { return self }
        let storage: Storage =
            switch (elementType, self.storage) {
            case (.float32, .float32), (.float32, _): .float32((integers ?? []).map { Float($0) })
            case (.bool, .float32(let values)): .bool(values.map { $0 != 0 })
            case (.bool, _): .bool((integers ?? []).map { $0 != 0 })
            case (.int64, .float32(let values)): .int64(values.map { saturating($0) })
            case (.int64, _): .int64(integers ?? [])
            case (.int32, .float32(let values)): .int32(values.map { saturating($0) })
            case (.int32, _): .int32((integers ?? []).map { Int32(truncatingIfNeeded: $0) })
            case (.uint8, .float32(let values)): .uint8(values.map { saturating($0) })
            case (.uint8, _): .uint8((integers ?? []).map { UInt8(truncatingIfNeeded: $0) })
            }
        return Tensor(shape: shape, storage: storage)
    }

    /// A tensor of integers as `elementType`, which must not be float32.
    static func integers(_ values: [Int64], as elementType: ElementType, shape: Shape) -> Tensor {
        Tensor(values, shape: shape).cast(to: elementType)
    }
}

private func saturating<Target: FixedWidthInteger>(_ value: Float) -> Target {
    if value.isNaN { return 0 }
    if let exact = Target(exactly: value.rounded(.towardZero)) { return exact }
    return value < 0 ? .min : .max
}
