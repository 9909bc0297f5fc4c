/// Label lists that everyone uses and no file carries.
package enum BuiltInLabels {
    /// The 80 classes of COCO in the order of most detectors.
    package static let coco80: [String] = coco91.filter { $0 != unused }

    /// The 90 category numbers of COCO, 1 first, as TensorFlow's models use them; numbers without a category are `n/a`.
    package static let coco91: [String] = [
        "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
        "fire hydrant", unused, "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep",
        "cow", "elephant", "bear", "zebra", "giraffe", unused, "backpack", "umbrella", unused, unused,
        "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat",
        "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", unused, "wine glass", "cup", "fork",
        "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza",
        "donut", "cake", "chair", "couch", "potted plant", "bed", unused, "dining table", unused, unused, "toilet",
        unused, "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
        "refrigerator", unused, "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    ]

    private static let unused = "n/a"

    /// The usual labels of a model with `count` classes and why they were chosen.
    static func labels(count: Int, modelName: String) -> (labels: [String], reason: String) {
        let name = modelName.lowercased()
        switch count {
        case 80: return (coco80, "80 classes: the labels of COCO")
        case 90: return (coco91, "90 classes: the category numbers of COCO")
        case 1 where name.contains("person") || name.contains("pedestrian"):
            return (["person"], "one class and '\(modelName)' in the name: 'person'")
        default:
            let labels = (0..<count).map { "class \($0)" }
            return (labels, "\(count) classes without names: 'class 0' and so on; a description file can name them")
        }
    }
}
