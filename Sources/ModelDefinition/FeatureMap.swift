/// Extents of one picture's feature map.
package struct MapShape: Sendable, Hashable, CustomStringConvertible {
    package var channels: Int
    package var height: Int
    package var width: Int

    package init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// Positions in one channel.
    package var area: Int { height * width }
    package var count: Int { channels * area }
    /// `32×80×80`.
    package var description: String { "\(channels)×\(height)×\(width)" }
}

/// A value of a graph that is being built, `[1, channels, height, width]`.
package struct FeatureMap: Sendable, Hashable {
    package var value: String
    package var shape: MapShape
    /// What its elements would be in a network with random weights.
    var signal: SignalEstimate
}
