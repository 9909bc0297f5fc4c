import ArgumentParser
import Imaging
import Media

/// `windhover debug`: tools for finding out why.
struct DebugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Look at what the program sees.", subcommands: [DebugFramesCommand.self])
}

/// `windhover debug frames`.
struct DebugFramesCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames", abstract: "List the frames of a video as they are decoded.",
        discussion: """
            One line a frame: index, PTS, duration, width, height, pixel format, and the MD5 of its bytes, which is what \
            'ffmpeg -f framemd5' prints. The frames are read batch by batch, as one worker of a run does; as many workers \
            do with --apart. They must be the same with --sequential.
            """)

    @Argument(help: "The video: a file or a web address.", completion: .file())
    var file: String

    @OptionGroup(title: "Inputs beyond files") var beyond: InputArguments

    @Option(help: ArgumentHelp("Frames in a batch, at most.", valueName: "n"))
    var batchFrames = 64

    @Flag(help: "Begin decoding anew for each batch, as if another worker had the one before.")
    var apart = false

    @Flag(help: "Read the file once from start to end instead of batch by batch.")
    var sequential = false

    func execute() throws -> Int32 {
        guard batchFrames > 0 else {
            throw CommandError.usage("--batch-frames \(batchFrames) is out of range; give 1 or more")
        }
        try InputRules(beyond).use()
        let name = RemoteAddress.withoutSecrets(file)
        var index = 0
        var damage = 0
        do {
            let ranges =
                sequential ? [.everything] : try KeyframeIndex.cached(path: file).batches(maximumFrames: batchFrames)
            var last: VideoReader?
            for range in ranges {
                let reader = try VideoReader(path: file, range: range, after: last)
                last = apart ? nil : reader
                while let frame = try reader.nextFrame() {
                    StandardOutput.write(line: Self.line(index, frame))
                    index += 1
                }
                for error in reader.decodeErrors { Console.standardError.write(line: "windhover: \(name): \(error)") }
                damage += reader.decodeErrors.count
            }
        } catch {
            throw CommandError(error)
        }
        return index == 0 ? ExitStatus.nothingProcessed : damage > 0 ? ExitStatus.incomplete : ExitStatus.complete
    }

    private static func line(_ index: Int, _ frame: VideoFrame) -> String {
        let size = frame.codedSize
        return
            "\(index) \(frame.pts) \(frame.duration) \(size.width) \(size.height) \(frame.pixelFormatName) \(frame.md5())"
    }
}
