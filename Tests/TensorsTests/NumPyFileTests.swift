import Foundation
import Tensors
import Testing

/// A file as numpy.save would write it, from its header text and data.
private func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let prefix = version == 1 ? 10 : 12
    let padded = header + String(repeating: " ", count: 63 - (prefix + header.utf8.count) % 64) + "\n"
    let length = (0..<prefix - 8).map { UInt8(truncatingIfNeeded: padded.utf8.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(padded.utf8) + data
}

private func decode(_ header: String, _ data: [UInt8], version: UInt8 = 1) throws -> Tensor {
    try NumPyFile.decode(file(header, data, version: version), subject: "a.npy")
}

@Suite("NumPy files")
struct NumPyFileTests {
    @Test("every element type")
    func elementTypes() throws {
        let one: [UInt8] = [0, 0, 0x80, 0x3f]
        #expect(
            try decode("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", one + [0, 0, 0x20, 0xc0])
                == Tensor([1, -2.5] as [Float], shape: [2]))
        #expect(
            try decode("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", [0, 0, 0, 0, 0, 0, 0x04, 0xc0])
                == Tensor([-2.5] as [Float], shape: []))
        #expect(
            try decode(
                "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }", [1, 0, 0, 0, 0xfe, 255, 255, 255])
                == Tensor(shape: [1, 2], storage: .int32([1, -2])))
        #expect(
            try decode("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", [0, 1, 0, 0, 0, 0, 0, 0x80])
                == Tensor([Int64.min + 256], shape: [1]))
        #expect(
            try decode("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [0, 7, 255])
                == Tensor(shape: [3], storage: .uint8([0, 7, 255])))
        #expect(
            try decode("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", [0, 1])
                == Tensor(shape: [2], storage: .bool([false, true])))
    }

    @Test("format versions 2 and 3, keys in any order, white space, double quotes", arguments: [UInt8(1), 2, 3])
    func headerVariants(_ version: UInt8) throws {
        let header = "{ \"shape\" :(2 ,1), 'fortran_order':False,'descr': '|u1'}"
        #expect(try decode(header, [4, 5], version: version) == Tensor(shape: [2, 1], storage: .uint8([4, 5])))
    }

    @Test("an array without elements")
    func emptyArray() throws {
        let tensor = try decode("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), }", [])
        #expect(tensor.shape == [0, 5] && tensor.count == 0)
    }

    @Test("what is written is read back; data starts at a multiple of 64")
    func roundTrip() throws {
        let tensors = [
            Tensor([1, .pi, -.infinity, 0x1p-140] as [Float], shape: [2, 1, 2]), .scalar(3), .vector([1, -1, .max]),
            Tensor(shape: [2], storage: .int32([5, -5])), Tensor(shape: [1, 3], storage: .uint8([1, 2, 3])),
            Tensor(shape: [2], storage: .bool([true, false])), Tensor([Float](), shape: [0]),
        ]
        for tensor in tensors {
            let bytes = NumPyFile.encode(tensor)
            #expect(try NumPyFile.decode(bytes, subject: "a.npy") == tensor)
            #expect((10 + Int(bytes[8]) + Int(bytes[9]) << 8) % 64 == 0)
        }
    }

    @Test("files on disk")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("numpy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("t.npy").path
        let tensor = Tensor((0..<1000).map(Float.init), shape: [10, 100])
        try NumPyFile.write(tensor, to: path)
        #expect(try NumPyFile.read(path: path) == tensor)
        #expect(throws: TensorFileError.self) { try NumPyFile.read(path: path + ".missing") }
        #expect(throws: TensorFileError.self) { try NumPyFile.write(tensor, to: path + "/inside/t.npy") }
    }

    struct Fault: Sendable {
        let header: String
        let data: [UInt8]
        let code: TensorFileError.Code
    }

    @Test(
        "faulty files are refused with the reason",
        arguments: [
            Fault(header: "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", data: [], code: .unsupported),
            Fault(header: "{'descr': '>f4', 'fortran_order': False, 'shape': (0,), }", data: [], code: .unsupported),
            Fault(header: "{'descr': '<c8', 'fortran_order': False, 'shape': (0,), }", data: [], code: .unsupported),
            Fault(
                header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", data: [0, 0, 0], code: .truncated),
            Fault(
                header: "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000, 0), }", data: [],
                code: .truncated),
            Fault(
                header: "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", data: [],
                code: .malformedHeader),
            Fault(header: "{'descr': '<f4', 'shape': (2,), }", data: [], code: .malformedHeader),
            Fault(
                header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", data: [],
                code: .malformedHeader),
            Fault(
                header: "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", data: [], code: .malformedHeader),
            Fault(header: "", data: [], code: .malformedHeader),
        ])
    func faults(_ fault: Fault) {
        let error = #expect(throws: TensorFileError.self) { try decode(fault.header, fault.data) }
        #expect(error?.code == fault.code)
        #expect(error?.description.hasPrefix("a.npy: cannot read tensor: ") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("no prefix of a file crashes the reader")
    func everyPrefix() throws {
        let bytes = NumPyFile.encode(Tensor([1, 2, 3] as [Float], shape: [3]))
        for count in 0..<bytes.count {
            #expect(throws: TensorFileError.self) { try NumPyFile.decode(Array(bytes.prefix(count)), subject: "a.npy") }
        }
    }
}
