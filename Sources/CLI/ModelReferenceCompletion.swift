import ArgumentParser
import Foundation
import Pipeline

extension CompletionKind {
    /// Names of the catalogue, and `.onnx` files.
    static var modelReference: CompletionKind {
        .custom { _, _, prefix in
            ModelCatalogue.builtIn.entries.map(\.name) + modelFiles(prefix: prefix)
        }
    }

    /// Names of the catalogue.
    static var modelName: CompletionKind { .list(ModelCatalogue.builtIn.entries.map(\.name)) }

    /// Folders and `.onnx` files that begin with what is typed already.
    private static func modelFiles(prefix: String) -> [String] {
        let typed = prefix as NSString
        let folder = prefix.hasSuffix("/") ? prefix : typed.deletingLastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.sorted().compactMap { name in
            let path = folder.isEmpty ? name : (folder as NSString).appendingPathComponent(name)
            let isFolder =
                (try? FileManager.default.attributesOfItem(atPath: path)[.type]) as? FileAttributeType == .typeDirectory
            return isFolder ? path + "/" : name.hasSuffix(".onnx") ? path : nil
        }
    }
}
