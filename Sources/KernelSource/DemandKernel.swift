import Kernels

extension DemandOperation {
    /// Gaps between runs that cost less to compute than to skip.
    private static let smallestGap = 4

    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let masks = UnsafeMutableRawPointer(memory.scratch).assumingMemoryBound(to: UInt8.self)
        let (selected, rows, widened) = (masks, masks + gate.pixels, masks + 2 * gate.pixels)
        select(memory, selected)
        for list in 0..<lists {
            let radius = memory.tables[table + 2 * list]
            let position = memory.demand + memory.tables[table + 2 * list + 1]
            guard radius > 0 else {
                writeRuns(selected, position)
                continue
            }
            widenRows(selected, rows, radius)
            widenColumns(rows, widened, radius)
            writeRuns(widened, position)
        }
    }

    /// Marks the cells with a gate at or above the floor.
    @inline(always)
    private func select(_ memory: KernelMemory, _ mask: UnsafeMutablePointer<UInt8>) {
        mask.update(repeating: 0, count: gate.pixels)
        guard channelStride != 1 || gates == 1 else { return selectNeighbours(memory, mask) }
        for index in 0..<gates {
            let channel = firstChannel + index * channelStride
            let values = memory.arena + gate.offset + channel / 16 * gate.blockStride + channel % 16
            for cell in 0..<gate.pixels { mask[cell] |= values[cell * 16] >= floor ? 1 : 0 }
        }
    }

    /// The same for gates in neighbouring channels: a block at a time.
    @inline(always)
    private func selectNeighbours(_ memory: KernelMemory, _ mask: UnsafeMutablePointer<UInt8>) {
        let end = firstChannel + gates
        for block in firstChannel / 16...(end - 1) / 16 {
            // Nothing reaches the floor of a lane that is no gate.
            var floors = Vector(repeating: .nan)
            for lane in max(0, firstChannel - block * 16)..<min(16, end - block * 16) { floors[lane] = floor }
            let values = memory.arena + gate.offset + block * gate.blockStride
            for cell in 0..<gate.pixels {
                let hits = Vector(repeating: 0).replacing(
                    with: Vector(repeating: 1), where: Float.load(values + cell * 16) .>= floors)
                let halves = hits.lowHalf + hits.highHalf
                let quarters = halves.lowHalf + halves.highHalf
                if quarters[0] + quarters[1] + quarters[2] + quarters[3] > 0 { mask[cell] = 1 }
            }
        }
    }

    @inline(always)
    private func widenRows(_ mask: UnsafeMutablePointer<UInt8>, _ result: UnsafeMutablePointer<UInt8>, _ radius: Int) {
        for y in 0..<gate.height {
            let (row, out) = (mask + y * gate.width, result + y * gate.width)
            out.update(from: row, count: gate.width)
            for shift in 1...radius where shift < gate.width {
                for x in shift..<gate.width { out[x] |= row[x - shift] }
                for x in 0..<gate.width - shift { out[x] |= row[x + shift] }
            }
        }
    }

    @inline(always)
    private func widenColumns(
        _ mask: UnsafeMutablePointer<UInt8>, _ result: UnsafeMutablePointer<UInt8>, _ radius: Int
    ) {
        for y in 0..<gate.height {
            let out = result + y * gate.width
            out.update(repeating: 0, count: gate.width)
            for other in max(0, y - radius)...min(gate.height - 1, y + radius) {
                let row = mask + other * gate.width
                for x in 0..<gate.width { out[x] |= row[x] }
            }
        }
    }

    @inline(always)
    private func writeRuns(_ mask: UnsafeMutablePointer<UInt8>, _ list: UnsafeMutablePointer<Int>) {
        var (runs, covered) = (0, 0)
        for y in 0..<gate.height {
            let row = mask + y * gate.width
            var x = 0
            while x < gate.width {
                guard row[x] != 0 else {
                    x += 1
                    continue
                }
                let start = x
                var end = x + 1
                x = end
                while x < gate.width && x - end < Self.smallestGap {
                    if row[x] != 0 { end = x + 1 }
                    x += 1
                }
                (list[2 + 2 * runs], list[3 + 2 * runs]) = (y * gate.width + start, end - start)
                runs += 1
                covered += end - start
                x = end + 1
            }
        }
        (list[0], list[1]) = (covered * 4 > gate.pixels * 3 ? 1 : 0, runs)
    }
}
