extension AnnotationStyle {
    /// A word of a label and how strongly it shows, 0...255.
    typealias LabelPart = (text: String, opacity: UInt8)

    /// The labels that would do for `box`, from the fullest to the shortest; none where nothing is to be shown.
    func labels(for box: LabelledBox) -> [[LabelPart]] {
        let name = showsLabel && !box.label.isEmpty ? [LabelPart(box.label, 255)] : []
        let identity = showsTrackID ? box.trackID.map { [LabelPart("#\($0)", 255)] } ?? [] : []
        let score = showsScore ? [LabelPart(box.scoreText, 205)] : []
        let choices = [name + identity + score, name + identity, identity.isEmpty ? name : identity]
        return choices.filter { !$0.isEmpty }
    }
}

extension LabelledBox {
    /// `0.87`.
    fileprivate var scoreText: String {
        let hundredths = score.isFinite ? Int((min(max(score, 0), 1) * 100).rounded()) : 0
        return hundredths >= 100 ? "1.00" : "0." + (hundredths < 10 ? "0" : "") + String(hundredths)
    }
}
