/// What was asked for: PYTHON WINDHOVER [options] MODEL.onnx... [-- arguments for windhover model bench].
struct Arguments {
    let python: String
    let windhover: String
    let models: [String]
    /// For windhover model bench.
    let extra: [String]
    /// Also the models that quantise_peers.py wrote.
    private(set) var isQuantised = false
    /// A clip to detect in; nil for bare inference.
    private(set) var clip: String?
    /// Other runtimes to time; nil for all.
    private(set) var engines: [String]?
    /// A file for the times, besides the table.
    private(set) var json: String?

    static let usage = """
        usage: peers PYTHON WINDHOVER [--int8] [--engines NAME,...] [--json FILE] MODEL.onnx... [-- bench arguments]
               peers PYTHON WINDHOVER --video CLIP YOLOX.onnx...

        """

    /// Nil where they make no sense.
    init?(_ arguments: [String]) {
        let parts = arguments.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        var rest = parts.first ?? []
        extra = parts.count > 1 ? parts[1] : []
        guard rest.count > 2 else { return nil }
        (python, windhover) = (rest[0], rest[1])
        rest.removeFirst(2)
        while let option = rest.first, option.hasPrefix("--") {
            rest.removeFirst()
            if option == "--int8" {
                isQuantised = true
                continue
            }
            guard let value = rest.first else { return nil }
            rest.removeFirst()
            switch option {
            case "--video": clip = value
            case "--engines": engines = value.split(separator: ",").map(String.init)
            case "--json": json = value
            default: return nil
            }
        }
        models = rest
        if models.isEmpty { return nil }
    }
}
