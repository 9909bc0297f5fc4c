/// Array elements to and from little-endian bytes.
enum NumPyElements {
    static func tensor(
        from bytes: ArraySlice<UInt8>, header: NumPyHeader, subject: String
    ) throws(TensorFileError) -> Tensor {
        guard let byteCount = byteCount(of: header), byteCount <= bytes.count else {
            throw TensorFileError(
                code: .truncated, operation: "read tensor", subject: subject,
                reason: "the file ends before the \(header.shape) elements of its header; copy or save it again")
        }
        let count = byteCount / header.descriptor.byteCount
        let storage: Tensor.Storage =
            switch header.descriptor {
            case .float32:
                .float32(integers(bytes, count, UInt32.self).map(Float.init(bitPattern:)))
            case .float64:
                .float32(integers(bytes, count, UInt64.self).map { Float(Double(bitPattern: $0)) })
            case .int32: .int32(integers(bytes, count, Int32.self))
            case .int64: .int64(integers(bytes, count, Int64.self))
            case .uint8: .uint8(Array(bytes.prefix(count)))
            case .bool: .bool(bytes.prefix(count).map { $0 != 0 })
            }
        return Tensor(shape: header.shape, storage: storage)
    }

    /// Bytes of all elements; nil where the number does not fit (a damaged header).
    private static func byteCount(of header: NumPyHeader) -> Int? {
        var total = header.descriptor.byteCount
        // A zero extent counts as one here, so that an absurd extent beside it is refused rather than overflowing later.
        for extent in header.shape.dimensions {
            let (product, overflow) = total.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow else { return nil }
            total = product
        }
        return header.shape.dimensions.contains(0) ? 0 : total
    }

    private static func integers<Element: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, _ count: Int, _ type: Element.Type
    ) -> [Element] {
        let width = Element.bitWidth / 8
        var values = [Element]()
        values.reserveCapacity(count)
        var position = bytes.startIndex
        for _ in 0..<count {
            var value: Element = 0
            for offset in 0..<width { value |= Element(truncatingIfNeeded: bytes[position + offset]) << (8 * offset) }
            values.append(value)
            position += width
        }
        return values
    }

    static func append(_ storage: Tensor.Storage, to bytes: inout [UInt8]) {
        switch storage {
        case .float32(let values): for value in values { append(value.bitPattern, to: &bytes) }
        case .int64(let values): for value in values { append(value, to: &bytes) }
        case .int32(let values): for value in values { append(value, to: &bytes) }
        case .uint8(let values): bytes += values
        case .bool(let values): bytes += values.map { $0 ? 1 : 0 }
        }
    }

    private static func append<Element: FixedWidthInteger>(_ value: Element, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: Element.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
