/// What is wrong with a JSON file, in words.
package enum JSONFault {
    /// What is wrong and where: `annotations[3].bbox: a number is needed`.
    ///
    /// - Parameters:
    ///   - error: what a decoder threw.
    ///   - form: what the whole file must be.
    package static func text(_ error: any Error, expecting form: String) -> String {
        guard let error = error as? DecodingError else { return "it is no JSON; expected \(form)" }
        switch error {
        case .keyNotFound(let key, let context):
            let place = path(context.codingPath)
            return "\(place.isEmpty ? "" : place + ": ")there is no '\(key.stringValue)'; expected \(form)"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let place = path(context.codingPath)
            return place.isEmpty ? "expected \(form)" : "\(place): \(noun(type)) is needed"
        case .dataCorrupted(let context):
            let place = path(context.codingPath)
            return place.isEmpty ? "it is no JSON, or damaged; expected \(form)" : "\(place): the value cannot be used"
        @unknown default: return "expected \(form)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }

    private static func noun(_ type: any Any.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is String.Type: "a text"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "another kind of value"
        }
    }
}
