import Foundation

// Tries damaged files: reads lines `SEED PATH` from standard input and answers each with one line, `SEED done …` or `SEED fault …`.
// Whoever starts it watches time, memory and the end of the process: `Tests/Oracles/fuzz_media.py`.
guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: media-fuzz WORK_FOLDER < list of SEED PATH\n".utf8))
    exit(64)
}
while let line = readLine() {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let seed = UInt64(parts[0]) else { continue }
    var trial = Trial(path: String(parts[1]), folder: CommandLine.arguments[1], seed: seed)
    let outcome = trial.run()
    FileHandle.standardOutput.write(Data("\(seed) \(outcome)\n".utf8))
}
