/// A reason found somewhere inside a model, before the file's name is put to it.
struct ModelFailure: Error {
    var code: ONNXImportError.Code
    var operation: String
    var reason: String

    init(_ code: ONNXImportError.Code, _ operation: String, _ reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }

    func error(subject: String) -> ONNXImportError {
        ONNXImportError(code, operation: operation, subject: subject, reason: reason)
    }
}
