import WorkProtocol

extension Coordinator {
    /// What each worker is told first. Detections are those that the journal holds, or will; what is reported of them is decided later.
    var workerConfiguration: WorkerConfiguration {
        var configuration = WorkerConfiguration(
            modelPath: request.modelPath, description: request.description, precision: request.precision,
            threads: request.threads, scoreFloor: run.settings.detection.scoreFloor, iou: settings.iou,
            confidence: settings.confidence, classes: run.settings.detection.classes,
            foldsColours: request.foldsColours,
            selection: request.selection, deinterlacing: request.deinterlacing, encoder: request.encoder)
        configuration.inputRules = request.inputRules
        return configuration
    }
}
