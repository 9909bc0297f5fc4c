import Foundation
import Tensors
import Testing

@Suite struct SafetensorsFileTests {
    private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
    }

    private func decode(_ header: String, _ data: [UInt8] = []) throws -> SafetensorsFile.Contents {
        try SafetensorsFile.decode(file(header, data), subject: "t.safetensors")
    }

    @Test func whatIsWrittenIsRead() throws {
        let tensors = [
            "b.weight": Tensor([1, -2.5, .infinity], shape: [3, 1]), "a": .scalar(4),
            "e": Tensor([Float](), shape: [0, 2]),
        ]
        #expect(try SafetensorsFile.decode(SafetensorsFile.encode(tensors), subject: "x").tensors == tensors)
    }

    /// Every half-precision number, against the standard library's conversion where there is one, and every bfloat16.
    @Test func halvesAreExact() throws {
        let data = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        for type in ["F16", "BF16"] {
            let header = #"{"x":{"dtype":"\#(type)","shape":[65536],"data_offsets":[0,131072]}}"#
            let values = try #require(try decode(header, data).tensors["x"]?.floats)
            for bits in 0..<65536 {
                let expected = type == "BF16" ? Float(bitPattern: UInt32(bits) << 16) : Self.half(bits)
                #expect(values[bits] == expected || values[bits].isNaN && expected.isNaN)
            }
        }
    }

    /// By the definition: (-1)ˢ · 2^(e − 15) · (1 + f / 1024), without the 1 where e is 0.
    private static func half(_ bits: Int) -> Float {
        let (exponent, fraction) = (bits >> 10 & 31, Float(bits & 1023) / 1024)
        let magnitude: Float =
            switch exponent {
            case 31: fraction == 0 ? .infinity : .nan
            case 0: fraction * 0x1p-14
            default: (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
            }
        return bits >> 15 == 1 ? -magnitude : magnitude
    }

    @Test func otherTypesAreNamed() throws {
        let contents = try decode(
            #"{"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"#,
            Array(repeating: 0, count: 8))
        #expect(contents.tensors.isEmpty && contents.others == ["n": "I64"])
    }

    /// Damaged and hostile files are refused in one line that names them.
    @Test(arguments: [
        "", "[]", "{", #"{"x":{}}"#, #"{"x":1}"#, #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,400]}}"#,
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
        #"{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,0]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
    ]) func damageIsRefused(header: String) {
        let error = #expect(throws: TensorFileError.self) { try decode(header, Array(repeating: 0, count: 16)) }
        #expect(error.map { "\($0)".hasPrefix("t.safetensors: ") && !"\($0)".contains("\n") } == true)
    }

    @Test func cutFilesAreRefused() throws {
        let whole = SafetensorsFile.encode(["x": Tensor([1, 2.5], shape: [2])])
        for count in 0..<whole.count {
            #expect(throws: TensorFileError.self) { try SafetensorsFile.decode(Array(whole[..<count]), subject: "x") }
        }
        #expect(throws: TensorFileError.self) {
            try SafetensorsFile.decode(Array(repeating: 255, count: 64), subject: "x")
        }
    }
}
