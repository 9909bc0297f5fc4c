import Foundation
import ModelDefinition
package import ObjectDetection
import Yams

/// What the user wrote about a model, and where.
package struct WrittenDescription: Sendable, Hashable {
    /// The fields given; empty where nothing is written.
    package var fields = ModelDescriptionFile()
    /// The description file; nil where there is none.
    package var descriptionPath: String?
    /// The label list read, named by the description or found beside the model; nil where there is none.
    package var labelsPath: String?

    package init() {}

    /// Reads what lies beside the model at `modelPath`: `NAME.yaml` (or `NAME.yml`), and a label list.
    ///
    /// Labels come from the description; where it has none, from `labels.txt` in the model's folder, one name a line. Throws
    /// ``PipelineError`` (`model`) with the file, the line where it is known, and the key.
    package static func beside(modelPath: String) throws(PipelineError) -> WrittenDescription {
        var written = WrittenDescription()
        let base = (modelPath as NSString).deletingPathExtension
        if let path = ["\(base).yaml", "\(base).yml"].first(where: isDescription) {
            written.descriptionPath = path
            written.fields = try ModelDescriptionFile(yamlFile: path)
        }
        let folder = (modelPath as NSString).deletingLastPathComponent
        if let name = written.fields.labels?.first, written.fields.labels?.count == 1, name.hasSuffix(".txt") {
            written.labelsPath = name.hasPrefix("/") ? name : join(folder, name)
        } else if written.fields.labels == nil, FileManager.default.fileExists(atPath: join(folder, "labels.txt")) {
            written.labelsPath = join(folder, "labels.txt")
        }
        if let path = written.labelsPath { written.fields.labels = try labels(inFile: path) }
        return written
    }

    /// Whether there is a description at `path`; the definition that a model was built from is none.
    private static func isDescription(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && !ModelDefinition.isDefinition(yamlFile: path)
    }

    private static func labels(inFile path: String) throws(PipelineError) -> [String] {
        let text = try readText(path, as: "label list")
        let names = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        let labels = names.filter { !$0.isEmpty }
        guard !labels.isEmpty else { throw PipelineError.model(path, "read the label list", "it has no names") }
        return labels
    }
}

extension ModelDescriptionFile {
    /// Reads a description file; see docs/model-description.md.
    package init(yamlFile path: String) throws(PipelineError) {
        try self.init(yaml: try readText(path, as: "model description"), name: path)
    }

    /// Reads the text of a description file; `name` stands for it in errors.
    package init(yaml text: String, name: String) throws(PipelineError) {
        guard !text.hasYAMLReferences else {
            throw PipelineError.model(
                name, "read the model description",
                "it has anchors or references to them (& or *); write out what they stand for, or put text in quotes")
        }
        var root: Node?
        do {
            root = try Yams.compose(yaml: text)
            guard let root else {
                self.init()
                return
            }
            self = try YAMLDecoder().decode(ModelDescriptionFile.self, from: root)
        } catch {
            let fault = YAMLFault(error, in: root)
            let place = fault.line.map { "\(name):\($0)" } ?? name
            throw PipelineError.model(place, "read the model description", fault.reason)
        }
    }
}

extension PipelineError {
    static func model(_ subject: String, _ operation: String, _ reason: String) -> PipelineError {
        PipelineError(.model, operation: operation, subject: subject, reason: reason)
    }
}
