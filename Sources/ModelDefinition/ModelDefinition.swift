/// A network as the model files of YOLOv5 and YOLOv7 write it: rows of modules, each with what it reads.
package struct ModelDefinition: Sendable, Hashable {
    /// The file, for messages.
    package var source: String
    /// Classes to tell apart (`nc`).
    package var classCount: Int
    /// Their names (`names`); nil where the file has none.
    package var labels: [String]?
    /// Factor on the number of repetitions (`depth_multiple`).
    package var depthMultiple: Double
    /// Factor on channels (`width_multiple`).
    package var widthMultiple: Double
    /// Widths and heights in input pixels, alternating, one list a detection level.
    package var anchors: [[Double]]
    /// What follows a convolution that does not say (`activation`, such as `nn.ReLU()`); nil for SiLU.
    package var activation: ModuleArgument?
    /// All rows, those of the backbone first.
    package var rows: [ModuleRow]
    /// How many rows are the backbone.
    package var backboneCount: Int

    package init(source: String, classCount: Int, anchors: [[Double]], rows: [ModuleRow], backboneCount: Int) {
        self.source = source
        self.classCount = classCount
        self.anchors = anchors
        self.rows = rows
        self.backboneCount = backboneCount
        (depthMultiple, widthMultiple) = (1, 1)
    }

    /// Numbers of each anchor's prediction: box, objectness, classes.
    package var predictionSize: Int { 5 + classCount }
}

/// One row of a definition: `[from, number, module, args]`.
package struct ModuleRow: Sendable, Hashable {
    /// Rows whose results it reads; negative ones count back from the row itself.
    package var from: [Int]
    /// Repetitions, before `depth_multiple`.
    package var number: Int
    package var module: String
    package var arguments: [ModuleArgument]
    /// Line of the file, from 1; nil for rows that were not read from one.
    package var line: Int?

    package init(from: [Int], number: Int, module: String, arguments: [ModuleArgument], line: Int? = nil) {
        self.from = from
        self.number = number
        self.module = module
        self.arguments = arguments
        self.line = line
    }
}
