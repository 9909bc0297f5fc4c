import ArgumentParser
import Foundation
import Imaging
import Media

/// `windhover sheet`.
struct SheetCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet", abstract: "Put evenly spaced frames of videos on one picture.",
        discussion: """
            EXAMPLE
              windhover sheet results/*/annotated.mp4 -o sheet.png --frames 6 --columns 3
            """)

    @Argument(help: ArgumentHelp("The videos.", valueName: "video"), completion: .file())
    var videos: [String]

    @Option(
        name: [.short, .long], help: ArgumentHelp("The PNG file to write.", valueName: "file"),
        completion: .file(extensions: ["png"]))
    var output: String

    @Option(help: ArgumentHelp("Frames of each video.", valueName: "n"))
    var frames = 4

    @Option(help: ArgumentHelp("Pictures side by side.", valueName: "n"))
    var columns = 4

    @Option(help: ArgumentHelp("Width of a picture in pixels.", valueName: "pixels"))
    var width = 480

    @Flag(help: "No file names and times under the pictures.")
    var noTitles = false

    func execute() throws -> Int32 {
        guard (1...1000).contains(frames) else {
            throw CommandError.usage("--frames \(frames) is out of range; give 1 to 1000")
        }
        guard (1...100).contains(columns) else {
            throw CommandError.usage("--columns \(columns) is out of range; give 1 to 100")
        }
        guard (16...4096).contains(width) else {
            throw CommandError.usage("--width \(width) is out of range; give 16 to 4096")
        }
        var sheet = ContactSheet(columns: columns, cellWidth: width, hasTitles: !noTitles)
        var failures = 0
        for video in videos {
            do {
                for still in try SampledFrames(path: video, count: frames).stills() {
                    sheet.add(still.image, title: "\(Self.title(of: video))  \(ProgressLine.clock(still.seconds))")
                }
            } catch {
                failures += 1
                Console.standardError.write(line: "windhover: \(error)")
            }
        }
        guard !sheet.isEmpty else { return ExitStatus.nothingProcessed }
        do {
            try StillImage.writePNG(sheet.render(), path: output)
        } catch {
            throw CommandError(error)
        }
        return failures > 0 ? ExitStatus.incomplete : ExitStatus.complete
    }

    /// The file's name; of an annotated video the name of its folder, which is the video's own.
    private static func title(of path: String) -> String {
        let name = (path as NSString).pathComponents.suffix(2)
        let annotated = VideoContainer.allCases.map { "annotated.\($0.rawValue)" }
        return name.last.map(annotated.contains) == true ? name[name.startIndex] : name.last ?? path
    }
}
