package import Media
package import ObjectDetection
package import Tensors

/// What to do when the output folder already holds a run.
package enum ExistingRunPolicy: String, Sendable, Hashable, CaseIterable {
    /// Start where there is no run; continue one, doing again what depends on settings that have changed.
    case automatic
    /// Continue an existing run; an error where there is none, or where the network would have to run again.
    case resume
    /// Remove what an earlier run wrote and start over.
    case overwrite
    /// Start over in a new journal; what an earlier run detected is kept until this one is complete.
    case fresh
}

/// Which stages a request may run.
package enum RunScope: String, Sendable, Hashable, CaseIterable {
    case everything
    /// From stored detections: numbers and tracks, `detections.jsonl`, `summary.json`.
    case tracking
    /// From stored detections: the same where it is missing, and the annotated video.
    case rendering
}

/// Everything one `detect` run is asked to do; values are validated by the caller's argument layer.
package struct DetectRequest: Sendable {
    /// Videos in the order they are to be worked on; relative paths are unique.
    package var inputs: [InputVideo]
    /// Inputs that gave no video; they are only reported.
    package var problems: [InputProblem] = []
    /// What inputs may be and open; addresses of those that are shown under shorter names.
    package var inputRules = InputRules()
    /// The run directory; made when it does not exist.
    package var output: String
    /// The ONNX file.
    package var modelPath: String
    /// SHA-256 of that file where it is known already; hexadecimal.
    package var modelDigest: String?
    /// What the user calls the model; goes into the results.
    package var modelName: String
    package var description: ModelDescription
    /// What the model is computed in.
    package var precision: Precision
    /// Whether the model's first convolution converts the colours of videos that allow it.
    package var foldsColours = false
    /// Which frames are detected and drawn.
    package var selection = FrameSelection.everything
    /// Which frames are deinterlaced before anything looks at them.
    package var deinterlacing = Deinterlacing.automatic
    /// Lowest score of a detection in the results, 0...1.
    package var confidence: Float
    /// Overlap above which non-maximum suppression drops the weaker box, 0...1.
    package var iou: Float
    /// Label indices to keep; nil keeps all.
    package var classes: [Int]?
    /// Worker processes, at least 1.
    package var workers: Int
    /// Inference threads of each worker, at least 1.
    package var threads: Int
    /// Bytes of memory that all workers together may take.
    package var memory = Int.max
    /// Frames in a batch, at most; at least 1.
    package var batchFrames: Int
    /// What shows the objects of each video.
    package var annotation: AnnotationMode
    /// For `AnnotationMode.video`.
    package var encoder: EncoderSettings
    /// What the encoded video is kept in; its codecs include the encoder's.
    package var container = VideoContainer.mp4
    package var existing: ExistingRunPolicy
    /// Which stages may run; those after the network need neither the model nor, for tracks, the videos.
    package var scope = RunScope.everything
    /// The program to start as `EXECUTABLE worker`.
    package var executable: String

    package init(
        inputs: [InputVideo], output: String, modelPath: String, modelName: String, description: ModelDescription,
        precision: Precision, confidence: Float, iou: Float, classes: [Int]?, workers: Int, threads: Int,
        batchFrames: Int, annotation: AnnotationMode, encoder: EncoderSettings, existing: ExistingRunPolicy,
        executable: String
    ) {
        self.inputs = inputs
        self.output = output
        self.modelPath = modelPath
        self.modelName = modelName
        self.description = description
        self.precision = precision
        self.confidence = confidence
        self.iou = iou
        self.classes = classes
        self.workers = workers
        self.threads = threads
        self.batchFrames = batchFrames
        self.annotation = annotation
        self.encoder = encoder
        self.existing = existing
        self.executable = executable
    }
}
