/// Reads packed little-endian numbers, whose count the caller has checked.
struct LittleEndianReader {
    let bytes: [UInt8]

    func map16<Result>(_ transform: (UInt16) -> Result) -> [Result] {
        var result: [Result] = []
        result.reserveCapacity(bytes.count / 2)
        for start in stride(from: 0, to: bytes.count - 1, by: 2) {
            result.append(transform(UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8))
        }
        return result
    }

    func map32<Result>(_ transform: (UInt32) -> Result) -> [Result] {
        var result: [Result] = []
        result.reserveCapacity(bytes.count / 4)
        for start in stride(from: 0, to: bytes.count - 3, by: 4) { result.append(transform(word(start))) }
        return result
    }

    func map64<Result>(_ transform: (UInt64) -> Result) -> [Result] {
        var result: [Result] = []
        result.reserveCapacity(bytes.count / 8)
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            result.append(transform(UInt64(word(start)) | UInt64(word(start + 4)) << 32))
        }
        return result
    }

    private func word(_ start: Int) -> UInt32 {
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
            | UInt32(bytes[start + 3]) << 24
    }
}

extension Float {
    /// The value of an IEEE half-precision number. (`Float16` is not available on every platform.)
    init(halfBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:
            // Subnormal: fraction * 2^-24, exact in single precision.
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 31: self = Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
