import Imaging
import ObjectDetection
import Tensors

let square = ImageSize(width: 64, height: 64)

/// A YOLOX description for 64x64 pictures: 8·8 + 4·4 + 2·2 = 84 cells.
func yoloxDescription(classes: Int = 2) -> ModelDescription {
    ModelDescription(
        head: .yolox, inputSize: square, labels: (0..<classes).map { "class \($0)" }, outputNames: ["output"])
}

/// The geometry of a frame that needs no fitting.
func unscaled(_ size: ImageSize = square) -> Letterbox { Letterbox(source: size, target: size, mode: .stretch) }

/// A table `[1, rows, columns]` with the given rows and zeros elsewhere.
func table(_ count: Int, _ columns: Int, _ rows: [Int: [Float]]) -> Tensor {
    var values = [Float](repeating: 0, count: count * columns)
    for (row, content) in rows { values.replaceSubrange(row * columns..<(row + 1) * columns, with: content) }
    return Tensor(values, shape: [1, count, columns])
}

extension ModelInterface {
    /// A model with one 64x64 (or other) picture input and the given outputs.
    static func sample(
        _ outputs: [TensorSignature], name: String = "model", size: ImageSize? = square,
        metadata: [String: String] = [:],
        operators: Set<String> = []
    ) -> ModelInterface {
        let input = TensorSignature(name: "images", dimensions: [1, 3, size?.height, size?.width])
        return ModelInterface(
            modelName: name, inputs: [input], outputs: outputs, metadata: metadata, operatorNames: operators)
    }
}
