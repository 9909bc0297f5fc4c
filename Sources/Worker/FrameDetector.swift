import CPlatform
package import Engine
import GraphIR
package import Imaging
import ONNXImport
package import ObjectDetection
import Tensors
package import WorkProtocol

/// Model input in, detections out. Belongs to one thread.
package final class FrameDetector {
    /// Runs the model; gives prediction rows where the head is lazy.
    package let session: InferenceSession
    private let decoder: DetectionDecoder
    private let thresholds: DetectionThresholds
    private let inputName: String
    private let inputShape: Shape

    /// Loads and compiles the model of `configuration`.
    ///
    /// - Parameter lazyHead: whether to compute only the rows that can become detections, where the head allows that. The
    ///   detections are the same.
    package init(_ configuration: WorkerConfiguration, lazyHead: Bool = true) throws(WorkerError) {
        let model = try Self.compile(configuration, lazyHead: lazyHead)
        let description = configuration.description
        do {
            decoder = try DetectionDecoder(description: description)
        } catch {
            throw WorkerError(.model, error, subject: configuration.modelPath)
        }
        session = InferenceSession(model: model, threads: configuration.threads)
        thresholds = DetectionThresholds(
            scoreFloor: configuration.scoreFloor, iou: configuration.iou, classes: configuration.classes.map(Set.init))
        inputName = description.inputName
        inputShape = [1, 3, description.inputSize.height, description.inputSize.width]
    }

    private static func compile(
        _ configuration: WorkerConfiguration, lazyHead: Bool
    ) throws(WorkerError) -> CompiledModel {
        let description = configuration.description
        let shape: Shape = [1, 3, description.inputSize.height, description.inputSize.width]
        do {
            var graph = try ONNXImporter.load(path: configuration.modelPath, outputs: description.outputNames)
            var types = try PassPipeline.standard.run(&graph, inputShapes: [description.inputName: shape])
            if lazyHead, let column = description.head.gateColumn,
                let head = LazyHead.split(
                    &graph, types: &types, output: description.outputNames[0], gateColumn: column)
            {
                return try CompiledModel(
                    graph: graph, types: types, precision: configuration.precision, lazyHead: head,
                    floor: configuration.scoreFloor)
            }
            return try CompiledModel(graph: graph, types: types, precision: configuration.precision)
        } catch let error as ONNXImportError {
            throw WorkerError(
                .model, operation: "use the model", subject: configuration.modelPath, reason: error.reason)
        } catch {
            throw WorkerError(.model, error, subject: configuration.modelPath)
        }
    }

    /// The detections in a frame whose model input is `values`, layout `[1, 3, height, width]`, in source pixels.
    ///
    /// `values` is lent to the call and given back as it was. CPU time is added to `times`.
    package func detect(
        _ values: inout [Float], letterbox: Letterbox, times: inout StageTimes
    ) throws(WorkerError) -> [Detection] {
        let start = wh_thread_cpu_nanoseconds()
        session.setAlikeRows(letterbox.largerMargin)
        do {
            let answer = try infer(&values)
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
    private func infer(_ values: inout [Float]) throws(EngineError) -> [String: Tensor] {
        // Moved in and out: a second reference would make the next frame's writer copy the buffer.
        let input = Tensor(values, shape: inputShape)
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
