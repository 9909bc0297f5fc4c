import GraphIR
import Kernels
import Tensors

/// A run of channels of a blocked map that is not a view because it begins or ends inside a block.
///
/// It is copied when something needs it by itself; a concatenation copies the channels straight from where they are.
struct ChannelCut: Hashable {
    var source: BlockedStorage
    var first: Int
}

extension GraphLowering {
    /// A run of channels `first..<first + count` of a blocked map as the value `name`: a view where it starts and ends at block
    /// boundaries, otherwise a cut.
    mutating func takeChannels(_ input: BlockedStorage, first: Int, as name: String) throws(EngineError) {
        let count = try shape(of: name)[1]
        let reachesEnd = first + count == input.channels
        guard first % channelBlock == 0 && (count % channelBlock == 0 || reachesEnd) else {
            return alias(name, cut: ChannelCut(source: input, first: first))
        }
        var part = input
        part.reference.offset += input.words(before: first)
        part.channels = count
        alias(name, blocked: part)
    }

    /// Copies a cut into storage of its own.
    mutating func copyOut(_ cut: ChannelCut, as name: String, for node: String) throws(EngineError) -> BlockedStorage {
        let output = try makeBlocked(name, stored: cut.source.form)
        append(node, reads: [cut.source.reference], writes: [output.reference]) { plan in
            .channelCopy(
                ChannelCopyOperation(
                    input: cut.source.view(plan), firstInputChannel: cut.first, output: output.view(plan),
                    firstOutputChannel: 0, channels: output.channels, clearsTail: true))
        }
        return output
    }

    /// Concatenation along the channels: operands written in place cost nothing, others are copied.
    mutating func concatenateChannels(_ node: Node) throws(EngineError) {
        let output = try makeBlocked(node.outputs[0])
        var channel = 0
        for name in node.inputs {
            let count = try shape(of: name)[1]
            let cut = try channels(of: name, for: node, stored: output.form)
            var expected = output.reference
            expected.offset += output.words(before: channel)
            let isInPlace = channel % channelBlock == 0 && cut.source.reference == expected
            if !isInPlace { copy(node, cut, count: count, to: output, at: channel) }
            channel += count
        }
    }

    private mutating func channels(
        of name: String, for node: Node, stored form: StoredForm
    ) throws(EngineError) -> ChannelCut {
        if let cut = deferred(name), cut.source.form == form { return cut }
        return ChannelCut(source: try featureMap(name, for: node, stored: form), first: 0)
    }

    private mutating func copy(
        _ node: Node, _ cut: ChannelCut, count: Int, to output: BlockedStorage, at channel: Int
    ) {
        append(node.name, reads: [cut.source.reference], writes: [output.reference]) { plan in
            .channelCopy(
                ChannelCopyOperation(
                    input: cut.source.view(plan), firstInputChannel: cut.first, output: output.view(plan),
                    firstOutputChannel: channel, channels: count, clearsTail: channel + count == output.channels))
        }
    }
}
