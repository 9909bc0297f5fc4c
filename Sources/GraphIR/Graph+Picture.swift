import Tensors

extension Graph {
    /// Makes the input `name` take pictures as `[1, 3, height, width]`, whatever the order of its axes and with or without a batch.
    ///
    /// What the input was is then computed from it; passes remove transposes that cancel. Other inputs are left as they are.
    package mutating func takePlanarPicture(_ name: String) {
        guard let position = inputs.firstIndex(where: { $0.name == name }) else { return }
        let extents = inputs[position].dimensions
        let isInterleaved = PictureAxes(extents).map { $0.areChannelsLast } ?? false
        let hasBatch = extents.count == 4
        guard isInterleaved || (!hasBatch && extents.count == 3) else { return }
        var names = NewNames(self)
        var added: [Node] = []
        var value = name
        if isInterleaved {
            added.append(names.node("\(name)/interleaved", .transpose(permutation: [0, 2, 3, 1]), [value]))
            value = added[added.count - 1].outputs[0]
        }
        if !hasBatch {
            let axes = names.name(of: .vector([0]), base: "\(name)/batch", in: &self)
            added.append(names.node("\(name)/single", .squeeze, [value, axes]))
            value = added[added.count - 1].outputs[0]
        }
        for index in nodes.indices { nodes[index].inputs = nodes[index].inputs.map { $0 == name ? value : $0 } }
        outputs = outputs.map { $0 == name ? value : $0 }
        nodes.insert(contentsOf: added, at: 0)
        let sides = Array(isInterleaved ? extents.suffix(3).prefix(2) : extents.suffix(2))
        inputs[position].dimensions = [hasBatch ? extents[0] : 1, 3] + sides
    }
}
