import Foundation
import GraphIR
import ModelDefinition
import Pipeline
import TestSupport

/// The definitions that the project ships, and small ones.
enum Definitions {
    static let folder = SharedMaterial.packageRoot.appendingPathComponent("pipelines/models")
    static let bases = ["yolov5n", "yolov5s", "yolov7-tiny"]
    static let names = bases + bases.flatMap { base in Lightening.allCases.map { "\(base)-\($0.rawValue)" } }

    static func shipped(_ name: String) throws -> ModelDefinition {
        try ModelDefinition(yamlFile: folder.appendingPathComponent(name + ".yaml").path)
    }

    /// A definition of `rows` and a head of two classes and one anchor that reads the last of them.
    static func small(_ rows: String...) throws -> ModelDefinition { try small(rows) }

    static func small(_ rows: [String], more: String = "") throws -> ModelDefinition {
        try ModelDefinition(
            yaml: """
                nc: 2
                anchors: [[10, 20]]
                \(more)
                backbone:
                \(rows.map { "  - \($0)" }.joined(separator: "\n"))
                head:
                  - [-1, 1, Detect, [nc, anchors]]
                """, name: "small.yaml")
    }

    static func network(
        _ definition: ModelDefinition, side: Int = 64, seed: UInt64 = 1
    ) throws -> DefinedNetwork {
        try DefinedNetwork(definition, width: side, height: side, values: .random(seed: seed))
    }
}
