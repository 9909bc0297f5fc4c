import Engine
import Imaging
import WorkProtocol

/// The sessions of one detector: that of the model as it is and, where colours are folded, one for each conversion that videos need.
/// Belongs to one thread.
final class DetectorSessions {
    /// Runs the model on RGB.
    let plain: InferenceSession
    private let graph: DetectorGraph?
    private let floor: Float?
    private let threads: Int
    private var folded: [ColourConversion: InferenceSession] = [:]

    /// Loads and compiles the model of `configuration`.
    init(_ configuration: WorkerConfiguration, lazyHead: Bool) throws(WorkerError) {
        let graph = try DetectorGraph(
            modelPath: configuration.modelPath, description: configuration.description,
            precision: configuration.precision)
        if configuration.foldsColours, let obstacle = graph.foldingObstacle {
            throw WorkerError(
                .model, operation: "fold colours", subject: configuration.modelPath, reason: obstacle)
        }
        floor = lazyHead ? configuration.scoreFloor : nil
        threads = configuration.threads
        plain = InferenceSession(model: try graph.compile(floor: floor), threads: threads)
        self.graph = configuration.foldsColours ? graph : nil
    }

    /// The session for inputs whose colours the model has to convert, made where it is needed first; the plain one for RGB.
    func session(for colours: ColourConversion?) throws(WorkerError) -> InferenceSession {
        guard let colours, let graph else { return plain }
        if let session = folded[colours] { return session }
        let session = InferenceSession(model: try graph.compile(floor: floor, folding: colours), threads: threads)
        folded[colours] = session
        return session
    }
}
