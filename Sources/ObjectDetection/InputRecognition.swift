import Imaging
import Tensors

/// Finds the picture input of a graph and its size.
enum InputRecognition {
    /// Used where neither graph, metadata nor file give a size.
    private static let usualSize = ImageSize(width: 640, height: 640)

    /// A picture input.
    struct Picture {
        let name: String
        let size: ImageSize
        /// Whether it takes the bytes of pixels.
        let isBytes: Bool
        let reason: String
    }

    static func recognise(
        _ model: ModelInterface, _ file: ModelDescriptionFile
    ) throws(DetectionError) -> Picture {
        func failure(_ reason: String) -> DetectionError {
            DetectionError(
                code: .unsupportedInput, operation: "recognise the model", subject: model.modelName, reason: reason)
        }
        let listed = model.inputs.map(\.description).joined(separator: ", ")
        let pictures = model.inputs.filter { isPicture($0) }
        let named = file.inputName.map { name in pictures.filter { $0.name == name } } ?? pictures
        guard let input = named.first, let axes = PictureAxes(input.dimensions) else {
            let wanted =
                "an input\(file.inputName.map { " '\($0)'" } ?? "") [1, 3, height, width] or [1, height, width, 3]"
            throw failure(
                "it needs \(wanted) of float32 or uint8; the model has \(listed.isEmpty ? "no inputs" : listed)")
        }
        guard model.inputs.count == 1 else {
            throw failure("it has more than one input (\(listed)); only models with one picture input are supported")
        }
        let fixed = (height: input.dimensions[axes.height], width: input.dimensions[axes.width])
        let wished = file.inputSize ?? ExportMetadata(model.metadata).inputSize ?? usualSize
        let size = ImageSize(width: fixed.width ?? wished.width, height: fixed.height ?? wished.height)
        if let written = file.inputSize, written != size {
            throw DetectionError(
                code: .invalidDescription, operation: "recognise the model", subject: model.modelName,
                reason: "the description file says input-size \(written), the graph is fixed to \(size)")
        }
        let isOpen = fixed.height == nil || fixed.width == nil
        let reason = "input \(input)" + (isOpen ? ", run at \(size)" : ": pictures of \(size)")
        return Picture(
            name: input.name, size: size, isBytes: input.elementType == .uint8,
            reason: reason + (axes.areChannelsLast ? ", channels last" : ""))
    }

    private static func isPicture(_ input: TensorSignature) -> Bool {
        let type = input.elementType ?? .float32
        return (type == .float32 || type == .uint8) && PictureAxes(input.dimensions) != nil
    }
}
