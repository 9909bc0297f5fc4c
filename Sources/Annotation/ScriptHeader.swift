import Imaging

/// The part of an ASS script before its events.
struct ScriptHeader {
    /// What coordinates count in.
    let frameSize: ImageSize
    /// Height of a line of text: ASS's font sizes are heights of lines, not of em squares.
    let lineHeight: Float
    /// Pixels of a label's plate above and below its words.
    let plateRise: Int

    private static let styleFields = [
        "Name", "Fontname", "Fontsize", "PrimaryColour", "SecondaryColour", "OutlineColour", "BackColour", "Bold",
        "Italic", "Underline", "StrikeOut", "ScaleX", "ScaleY", "Spacing", "Angle", "BorderStyle", "Outline", "Shadow",
        "Alignment", "MarginL", "MarginR", "MarginV", "Encoding",
    ]
    private static let eventFields = [
        "Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text",
    ]

    func text(styles: [(name: String, colour: RGBColor)]) -> String {
        let info = [
            "[Script Info]", "Title: windhover", "ScriptType: v4.00+", "PlayResX: \(frameSize.width)",
            "PlayResY: \(frameSize.height)", "LayoutResX: \(frameSize.width)", "LayoutResY: \(frameSize.height)",
            "WrapStyle: 2", "ScaledBorderAndShadow: yes", "YCbCr Matrix: None",
        ]
        let table = ["", "[V4+ Styles]", "Format: " + Self.styleFields.joined(separator: ", ")]
        let events = ["", "[Events]", "Format: " + Self.eventFields.joined(separator: ", "), ""]
        return (info + table + styles.map { style($0.name, $0.colour) } + events).joined(separator: "\n")
    }

    /// Bold, from the top left corner, text on opaque ground of the class's colour, which drawings have too.
    private func style(_ name: String, _ colour: RGBColor) -> String {
        // A number with one decimal.
        let size = Float(Int((lineHeight * 10).rounded())) / 10
        let paint = "&H00\(ASSText.hexadecimal(colour))"
        return
            "Style: \(name),Sans,\(size),\(paint),\(paint),\(paint),&H00000000,-1,0,0,0,100,100,0,0,3,\(plateRise),0,7,0,0,0,1"
    }
}
