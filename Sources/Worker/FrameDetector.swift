import CPlatform
package import Engine
import GraphIR
package import Imaging
package import ObjectDetection
import Tensors
package import WorkProtocol

/// Model input in, detections out. Belongs to one thread.
package final class FrameDetector {
    private let sessions: DetectorSessions
    private let decoder: DetectionDecoder
    private let thresholds: DetectionThresholds
    private let inputName: String

    /// Loads and compiles the model of `configuration`.
    ///
    /// - Parameter lazyHead: whether to compute only the rows that can become detections, where the head allows that. The
    ///   detections are the same.
    package init(_ configuration: WorkerConfiguration, lazyHead: Bool = true) throws(WorkerError) {
        sessions = try DetectorSessions(configuration, lazyHead: lazyHead)
        let description = configuration.description
        do {
            decoder = try DetectionDecoder(description: description)
        } catch {
            throw WorkerError(.model, error, subject: configuration.modelPath)
        }
        thresholds = DetectionThresholds(
            scoreFloor: configuration.scoreFloor, iou: configuration.iou, classes: configuration.classes.map(Set.init))
        inputName = description.inputName
    }

    /// Runs the model on inputs of one kind; gives prediction rows where the head is lazy.
    ///
    /// - Parameter colours: the conversion that the model has to do; nil where it gets RGB.
    package func session(for colours: ColourConversion? = nil) throws(WorkerError) -> InferenceSession {
        try sessions.session(for: colours)
    }

    /// The detections in a frame whose model input is `values`, laid out as its placement says, in source pixels.
    ///
    /// `values` is lent to the call and given back as it was. CPU time is added to `times`.
    package func detect(
        _ values: inout [Float], at place: InputPlacement, times: inout StageTimes
    ) throws(WorkerError) -> [Detection] {
        let start = wh_thread_cpu_nanoseconds()
        let (session, letterbox) = (try sessions.session(for: place.colours), place.letterbox)
        session.setAlikeRows(place.alikeRows)
        do {
            let answer = try infer(&values, session)
            let inferred = wh_thread_cpu_nanoseconds()
            // The threads of a session are all busy while it runs: the caller's time stands for each.
            times.inference += (inferred - start) * Int64(session.threads)
            defer { times.postprocess += wh_thread_cpu_nanoseconds() - inferred }
            guard let rows = session.predictionRows() else {
                return try decoder.detections(in: answer, letterbox: letterbox, thresholds: thresholds)
            }
            return try decoder.detections(
                inRows: rows.indices, values: rows.values, letterbox: letterbox, thresholds: thresholds)
        } catch {
            throw WorkerError(.model, error, subject: inputName)
        }
    }

    /// The model's outputs; none where the session gives prediction rows.
    private func infer(_ values: inout [Float], _ session: InferenceSession) throws(EngineError) -> [String: Tensor] {
        // Moved in and out: a second reference would make the next frame's writer copy the buffer.
        let input = Tensor(values, shape: session.model.inputs[0].type.shape)
        values = []
        defer { values = input.floats ?? [] }
        return try session.run([inputName: input])
    }
}

extension WorkerError {
    /// An error of the model's parts, as this target's error.
    init(_ code: Code, _ error: any Error, subject: String) {
        self.init(code, operation: "use the model", subject: subject, reason: "\(error)")
    }
}
