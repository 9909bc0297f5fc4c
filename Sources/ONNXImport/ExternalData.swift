import Foundation
import ProtobufSchemas

/// Tensor data in files beside the model. A location must name a regular file inside the model's folder, links resolved.
/// All tensors together may take twice what the files hold: some share data, but a thousand that read the same gigabyte
/// would fill the memory.
final class ExternalData {
    /// The folder of the model file, or nil for a model that did not come from one.
    private let folder: String?
    /// Bytes taken from each file so far.
    private var taken: [String: Int] = [:]

    init(folder: String?) { self.folder = folder }

    /// The `expected` bytes of a tensor's data.
    func bytes(of proto: Onnx_TensorProto, expected: Int) throws(ModelFailure) -> Data {
        let entries = Dictionary(proto.externalData.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let location = entries["location"] else { throw failure(proto, "names no file for its data") }
        let path = try resolve(location, proto)
        let offset = try number(entries["offset"], proto) ?? 0
        if let length = try number(entries["length"], proto), length != expected {
            throw failure(proto, "keeps \(length) bytes in '\(location)', but its shape needs \(expected)")
        }
        let size = try fileSize(path, location, proto)
        guard offset <= size, expected <= size - offset else {
            throw failure(proto, "needs bytes \(offset) to \(offset &+ expected) of '\(location)', which has \(size)")
        }
        taken[path, default: 0] += expected
        guard taken[path, default: 0] <= 2 * size else {
            throw failure(proto, "overlaps too many others in '\(location)'")
        }
        return try read(path, location, proto, offset: offset, count: expected)
    }

    private func resolve(_ location: String, _ proto: Onnx_TensorProto) throws(ModelFailure) -> String {
        guard let folder else { throw failure(proto, "keeps its data in a file, but the model has no folder") }
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
        let path = URL(fileURLWithPath: root + "/" + location).resolvingSymlinksInPath().standardizedFileURL.path
        let prefix = root.hasSuffix("/") ? root : root + "/"
        guard !location.hasPrefix("/"), !location.split(separator: "/").contains(".."), path.hasPrefix(prefix) else {
            throw failure(proto, "keeps its data in '\(location)', outside the model's folder")
        }
        return path
    }

    private func fileSize(_ path: String, _ location: String, _ proto: Onnx_TensorProto) throws(ModelFailure) -> Int {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? NSNumber)?.intValue
        else {
            throw failure(proto, "keeps its data in '\(location)', which is missing; put it beside the model")
        }
        return size
    }

    private func read(
        _ path: String, _ location: String, _ proto: Onnx_TensorProto, offset: Int, count: Int
    ) throws(ModelFailure) -> Data {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(offset))
            if let data = try file.read(upToCount: count), data.count == count { return data }
            if count == 0 { return Data() }
        } catch {}
        throw failure(proto, "keeps its data in '\(location)', which cannot be read")
    }

    private func number(_ text: String?, _ proto: Onnx_TensorProto) throws(ModelFailure) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), value >= 0 else { throw failure(proto, "has the data position '\(text)'") }
        return value
    }

    private func failure(_ proto: Onnx_TensorProto, _ what: String) -> ModelFailure {
        ModelFailure(.externalData, "read external data", "the tensor '\(proto.name)' \(what)")
    }
}
