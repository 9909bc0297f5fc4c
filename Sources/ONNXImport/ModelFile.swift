import Foundation
import ProtobufSchemas

/// The bytes of a model file, checked before they are decoded.
enum ModelFile {
    /// Protobuf messages are at most this large.
    private static let maximumSize = Int(Int32.max)

    static func read(path: String) throws(ModelFailure) -> [UInt8] {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        } catch {
            throw ModelFailure(
                .unreadable, "read",
                FileManager.default.fileExists(atPath: path) ? "the file cannot be read" : "there is no such file")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw ModelFailure(.unreadable, "read", "is not a regular file")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size > 0 else { throw ModelFailure(.empty, "read", "the file is empty") }
        guard size <= maximumSize else {
            throw ModelFailure(.notONNX, "read", "is larger than the 2 GiB an ONNX file can have")
        }
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ModelFailure(.unreadable, "read", "the file cannot be read; check its permissions")
        }
    }

    static func decode(_ bytes: [UInt8]) throws(ModelFailure) -> Onnx_ModelProto {
        let model: Onnx_ModelProto
        do {
            model = try ONNXModelCoding.decode(bytes)
        } catch {
            if error == .truncated, beginsLikeModel(bytes) {
                throw ModelFailure(.truncated, "decode", "the file is cut short; copy or download it again")
            }
            throw ModelFailure(.notONNX, "decode", "is not an ONNX model (or is damaged)")
        }
        guard model.hasGraph else {
            throw ModelFailure(
                model.opsetImport.isEmpty ? .notONNX : .noGraph, "decode",
                model.opsetImport.isEmpty ? "is not an ONNX model" : "the model holds no graph")
        }
        return model
    }

    /// Every exporter writes the IR version, field 1, first.
    private static func beginsLikeModel(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x08 && (1...64).contains(bytes[1])
    }
}
