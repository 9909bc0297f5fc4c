#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The header of a safetensors file: 8 bytes with its length, then JSON that gives each tensor's type, shape and place.
struct SafetensorsHeader {
    /// Element types that become floats.
    enum FloatType: String {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var byteCount: Int { self == .float32 ? 4 : 2 }
    }

    /// One tensor.
    struct Entry {
        let name: String
        /// The format's name of the element type.
        let type: String
        let shape: Shape
        /// Bytes, from `dataOffset` on.
        let range: Range<Int>
    }

    /// A tensor as the JSON has it.
    struct Written: Codable {
        let type: String
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case type = "dtype"
            case shape
            case offsets = "data_offsets"
        }
    }

    /// Sorted by name.
    let entries: [Entry]
    /// Index of the first data byte.
    let dataOffset: Int

    /// The longest header, in bytes; that of the reference implementation.
    private static let limit = 100_000_000
}

extension SafetensorsHeader {
    init(parsing bytes: [UInt8], subject: String) throws(TensorFileError) {
        do throws(Fault) {
            guard bytes.count >= 8 else { throw Fault(.truncated, "it is too short to be a safetensors file") }
            let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard length <= UInt64(Self.limit) else {
                throw Fault(.malformedHeader, "it does not begin like a safetensors file; see tools/state_dict.py")
            }
            guard Int(length) <= bytes.count - 8 else {
                throw Fault(.truncated, "the file ends inside its header; copy or save it again")
            }
            dataOffset = 8 + Int(length)
            entries = try Self.entries(Data(bytes[8..<dataOffset]), dataCount: bytes.count - dataOffset)
            try Self.checkOverlaps(entries)
        } catch {
            throw TensorFileError(code: error.code, operation: "read tensors", subject: subject, reason: error.reason)
        }
    }

    /// What is wrong with a header, before the file's name is added.
    private struct Fault: Error {
        let code: TensorFileError.Code
        let reason: String

        init(_ code: TensorFileError.Code, _ reason: String) {
            (self.code, self.reason) = (code, reason)
        }
    }

    /// A member of the header: a tensor, or the free text under `__metadata__`.
    private enum Member: Decodable {
        case tensor(Written)
        case other

        init(from decoder: any Decoder) throws {
            self = try decoder.codingPath.last?.stringValue == "__metadata__" ? .other : .tensor(Written(from: decoder))
        }
    }

    private static func entries(_ json: Data, dataCount: Int) throws(Fault) -> [Entry] {
        let members: [String: Member]
        do {
            members = try JSONDecoder().decode([String: Member].self, from: json)
        } catch {
            throw Fault(
                .malformedHeader, "its header is not a JSON object of tensors with dtype, shape and data_offsets")
        }
        var entries: [Entry] = []
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            if case .tensor(let written) = member { entries.append(try entry(name, written, dataCount)) }
        }
        return entries
    }

    private static func entry(_ name: String, _ written: Written, _ dataCount: Int) throws(Fault) -> Entry {
        let offsets = written.offsets
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
            throw Fault(.malformedHeader, "tensor '\(name)' has no valid data_offsets")
        }
        guard offsets[1] <= dataCount else {
            throw Fault(.truncated, "tensor '\(name)' lies behind the file's end; copy or save it again")
        }
        guard written.shape.allSatisfy({ $0 >= 0 }) else {
            throw Fault(.malformedHeader, "tensor '\(name)' has a negative extent")
        }
        let range = offsets[0]..<offsets[1]
        if let type = FloatType(rawValue: written.type), byteCount(of: written.shape, type) != range.count {
            throw Fault(
                .malformedHeader,
                "tensor '\(name)' of \(written.type) \(Shape(written.shape)) does not fill its \(range.count) bytes")
        }
        return Entry(name: name, type: written.type, shape: Shape(written.shape), range: range)
    }

    /// Bytes of all elements; nil where the number does not fit.
    private static func byteCount(of shape: [Int], _ type: FloatType) -> Int? {
        var count = type.byteCount
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    private static func checkOverlaps(_ entries: [Entry]) throws(Fault) {
        let placed = entries.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (first, second) in zip(placed, placed.dropFirst()) where first.range.upperBound > second.range.lowerBound {
            throw Fault(.malformedHeader, "tensors '\(first.name)' and '\(second.name)' overlap")
        }
    }
}
