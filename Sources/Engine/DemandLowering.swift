import GraphIR
import Kernels

extension GraphLowering {
    /// The list of cells that `node` computes, or nil where it computes all. The first node of a level brings along the step
    /// that makes the level's lists.
    mutating func demandList(for node: Node) throws(EngineError) -> Int? {
        guard let (head, floor) = lazyHead, let demand = head.demands[node.name] else { return nil }
        if demandLists[demand] == nil { try makeLists(head, demand.level, floor) }
        return demandLists[demand]
    }

    private mutating func makeLists(_ head: LazyHead, _ level: Int, _ floor: Float) throws(EngineError) {
        let gate = head.gates[level]
        // Several gates of a row are neighbours; single ones lie apart from anchor to anchor.
        let (gates, stride) =
            gate.columns > 1 ? (gate.columns, 1) : (head.table.levels[level].anchors, gate.anchorStride)
        guard let map = cells(gate.source) else {
            throw EngineError(.invalidGraph, gate.source, "gate is not computed before what waits for it")
        }
        let demands = Set(head.demands.values.filter { $0.level == level }).sorted { $0.radius < $1.radius }
        var entries: [Int] = []
        for demand in demands {
            let list = newDemandList(DemandOperation.listCount(height: map.height, width: map.width))
            demandLists[demand] = list
            entries += [demand.radius, list]
        }
        let table = addTable(entries)
        append(gate.source, reads: [map.reference], writes: []) { plan in
            .demand(
                DemandOperation(
                    gate: map.view(plan), firstChannel: gate.firstChannel, channelStride: stride,
                    gates: gates, floor: floor, table: table, lists: demands.count))
        }
    }
}
