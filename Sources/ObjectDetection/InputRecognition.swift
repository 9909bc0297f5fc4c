import Imaging
import Tensors

/// Finds the picture input of a graph and its size.
enum InputRecognition {
    /// Used where neither graph, metadata nor file give a size.
    private static let usualSize = ImageSize(width: 640, height: 640)

    static func recognise(
        _ model: ModelInterface, _ file: ModelDescriptionFile
    ) throws(DetectionError) -> (name: String, size: ImageSize, reason: String) {
        func failure(_ reason: String) -> DetectionError {
            DetectionError(
                code: .unsupportedInput, operation: "recognise the model", subject: model.modelName, reason: reason)
        }
        let listed = model.inputs.map(\.description).joined(separator: ", ")
        let pictures = model.inputs.filter { isPicture($0.dimensions) && ($0.elementType ?? .float32) == .float32 }
        let named = file.inputName.map { name in pictures.filter { $0.name == name } } ?? pictures
        guard let input = named.first else {
            let wanted = "an input\(file.inputName.map { " '\($0)'" } ?? "") [1, 3, height, width] of float32"
            throw failure("it needs \(wanted); the model has \(listed.isEmpty ? "no inputs" : listed)")
        }
        guard model.inputs.count == 1 else {
            throw failure("it has more than one input (\(listed)); only models with one picture input are supported")
        }
        let fixed = (height: input.dimensions[2], width: input.dimensions[3])
        let wished = file.inputSize ?? ExportMetadata(model.metadata).inputSize ?? usualSize
        let size = ImageSize(width: fixed.width ?? wished.width, height: fixed.height ?? wished.height)
        if let written = file.inputSize, written != size {
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "the description file says input-size \(written), the graph is fixed to \(size)")
        }
        let isOpen = fixed.height == nil || fixed.width == nil
        return (input.name, size, "input \(input)" + (isOpen ? ", run at \(size)" : ": pictures of \(size)"))
    }

    /// `[1, 3, height, width]`, where any extent may be open.
    private static func isPicture(_ dimensions: [Int?]) -> Bool {
        dimensions.count == 4 && (dimensions[0] ?? 1) == 1 && (dimensions[1] ?? 3) == 3
            && dimensions[2...].allSatisfy { ($0 ?? 1) > 0 }
    }
}
