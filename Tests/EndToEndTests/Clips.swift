import Foundation

extension Workplace {
    /// Writes a clip of a white square that moves over black ground.
    func makeClip(_ path: String, frames: Int, size: String = "128x96", audio: Bool = false) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            try FileManager.default.createDirectory(
                at: self.folder.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        let seconds = Double(frames) / 10
        let picture =
            "color=black:s=\(size):r=10:d=\(seconds)[ground];color=white:s=24x24:r=10:d=\(seconds)[square];"
            + "[ground][square]overlay=x='mod(t*12,main_w-24)':y=main_h/2-12:shortest=1[moving]"
        var arguments = ["-v", "error", "-y", "-filter_complex", picture]
        if audio {
            arguments = ["-v", "error", "-y", "-f", "lavfi", "-i", "sine=d=\(seconds)", "-filter_complex", picture]
        }
        arguments += ["-map", "[moving]"] + (audio ? ["-map", "0:a", "-c:a", "aac"] : [])
        arguments += [
            "-frames:v", "\(frames)", "-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p",
        ]
        try tool("ffmpeg", arguments + [path])
    }

    /// Writes the model as `blobs.onnx` and its one label beside it.
    func makeModel() throws {
        try BlobModel.file.write(to: folder.appendingPathComponent("blobs.onnx"))
        try write("labels: [blob]\n", to: "blobs.yaml")
    }

    /// Lines of a detections file below its header.
    func frames(_ path: String) throws -> [[String: Any]] {
        try read(path).split(separator: "\n").dropFirst().map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }

    func object(_ path: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(read(path).utf8)) as? [String: Any] ?? [:]
    }
}
