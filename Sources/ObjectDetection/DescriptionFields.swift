import Imaging

/// A key of any name, to see which ones a file has.
struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// Throws for the first key (in alphabetical order) that is not in `known`.
    static func refuseUnknown(in decoder: any Decoder, known: [String]) throws {
        let present = try decoder.container(keyedBy: FieldName.self).allKeys.map(\.stringValue)
        guard let unknown = present.filter({ !known.contains($0) }).min() else { return }
        throw DecodingError.dataCorrupted(
            .init(
                codingPath: decoder.codingPath,
                debugDescription: "unknown key '\(unknown)'; known are \(known.joined(separator: ", "))"))
    }
}

/// A number, or a fraction such as `1/255`.
struct WrittenNumber: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        if let number = try? field.decode(Double.self) {
            value = number
            return
        }
        let parts = try field.decode(String.self).split(separator: "/", omittingEmptySubsequences: false)
            .map { Double($0.filter { !$0.isWhitespace }) }
        guard parts.count == 2, let numerator = parts[0], let denominator = parts[1], denominator != 0 else {
            throw DecodingError.dataCorruptedError(
                in: field, debugDescription: "write a number, or a fraction as 1/255")
        }
        value = numerator / denominator
    }
}

/// One number for all three channels, or three.
struct WrittenTriple: Decodable {
    let values: [Double]

    init(from decoder: any Decoder) throws {
        if let number = try? WrittenNumber(from: decoder) {
            values = Array(repeating: number.value, count: 3)
        } else {
            values = try [WrittenNumber](from: decoder).map(\.value)
        }
    }
}

/// `640` (a square), `416x256` or `[416, 256]`: width, then height.
struct WrittenSize: Decodable {
    let size: ImageSize

    init(from decoder: any Decoder) throws {
        let sides: [Int?]
        if let side = try? decoder.singleValueContainer().decode(Int.self) {
            sides = [side, side]
        } else if let text = try? decoder.singleValueContainer().decode(String.self) {
            sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        } else {
            sides = try [Int](from: decoder)
        }
        guard sides.count == 2, let width = sides[0], let height = sides[1], width > 0, height > 0 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "write a size as 640, 416x256 or [416, 256] (width, height)"))
        }
        size = ImageSize(width: width, height: height)
    }
}

/// A list, or a single value standing for a list of one.
struct OneOrMore<Value: Decodable>: Decodable {
    let values: [Value]

    init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer().decode(Value.self) {
            values = [value]
        } else {
            values = try [Value](from: decoder)
        }
    }
}
