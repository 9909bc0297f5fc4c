/// A fixed-size block of 32-bit floats on a cache-line boundary: weights or the activation arena.
///
/// Safe to share: weights are written before the buffer is published and read-only after; an arena belongs to one
/// inference session, which lets its threads touch disjoint parts between barriers.
@safe package final class AlignedBuffer: @unchecked Sendable {
    /// Number of floats.
    package let count: Int
    let base: UnsafeMutablePointer<Float>

    /// A zero-filled buffer of `count` floats (at least one is allocated).
    package init(count: Int) {
        self.count = count
        let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) / 64 * 64)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        base = raw.assumingMemoryBound(to: Float.self)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    /// Copies `values` to the floats from `offset` on; they must fit.
    package func store(_ values: [Float], at offset: Int) {
        precondition(offset >= 0 && offset + values.count <= count, "values do not fit the buffer")
        values.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            (base + offset).update(from: start, count: values.count)
        }
    }

    /// Copies `values`, planes of `height` rows of `width`, to the floats from `offset` on, but for the omitted rows.
    package func storePlanes(_ values: [Float], height: Int, width: Int, without omitted: RepeatedRows, at offset: Int)
    {
        precondition(offset >= 0 && offset + values.count <= count, "values do not fit the buffer")
        precondition(omitted.first >= 0 && omitted.end <= height)
        let rows = omitted.omitted > 0 ? omitted.first + 1 : height
        values.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            for plane in stride(from: 0, to: values.count, by: height * width) {
                (base + offset + plane).update(from: start + plane, count: rows * width)
                let behind = plane + (rows + omitted.omitted) * width
                (base + offset + behind).update(from: start + behind, count: plane + height * width - behind)
            }
        }
    }

    /// A copy of `length` floats from `offset` on.
    package func load(at offset: Int, count length: Int) -> [Float] {
        precondition(offset >= 0 && length >= 0 && offset + length <= count, "range outside the buffer")
        return Array(UnsafeBufferPointer(start: base + offset, count: length))
    }

    /// Copies some channels of one pixel of a feature map of 32-bit floats to `target` from `position` on.
    package func copyChannels(
        _ channels: Range<Int>, of view: BlockedView, pixel: Int, to target: inout MutableSpan<Float>, at position: Int
    ) {
        precondition(view.offset >= 0 && view.offset + view.count <= count && pixel >= 0 && pixel < view.pixels)
        precondition(view.element == .float32)
        precondition(channels.lowerBound >= 0 && channels.upperBound <= view.channels)
        precondition(position >= 0 && position + channels.count <= target.count)
        target.withUnsafeMutableBufferPointer { buffer in
            guard var out = buffer.baseAddress.map({ $0 + position }) else { return }
            var channel = channels.lowerBound
            while channel < channels.upperBound {
                let lane = channel % channelBlock
                let run = min(channelBlock - lane, channels.upperBound - channel)
                let block = base + view.offset + channel / channelBlock * view.blockStride
                out.update(from: block + pixel * channelBlock + lane, count: run)
                out += run
                channel += run
            }
        }
    }

    /// The pixels of a feature map of 32-bit floats where one of some channels is at least `floor`, in raster order.
    package func pixels(of view: BlockedView, reaching floor: Float, channels: Range<Int>) -> [Int] {
        precondition(view.offset >= 0 && view.offset + view.count <= count && view.storesFloats)
        precondition(channels.lowerBound >= 0 && channels.upperBound <= view.channels && !channels.isEmpty)
        var marks = Array(repeating: false, count: view.pixels)
        for block in channels.lowerBound / channelBlock...(channels.upperBound - 1) / channelBlock {
            let lanes = channels.clamped(to: block * channelBlock..<(block + 1) * channelBlock)
            // Nothing reaches the floor of a lane outside.
            var floors = SIMD16<Float>(repeating: .nan)
            for channel in lanes { floors[channel % channelBlock] = floor }
            let values = UnsafeRawPointer(base + view.offset + block * view.blockStride)
            for pixel in 0..<view.pixels {
                let value = values.loadUnaligned(fromByteOffset: pixel * channelBlock * 4, as: SIMD16<Float>.self)
                if any(value .>= floors) { marks[pixel] = true }
            }
        }
        return marks.indices.filter { marks[$0] }
    }

    /// Calls `body` with all floats as a read-only span.
    package func withSpan<R>(_ body: (Span<Float>) -> R) -> R {
        body(Span(_unsafeElements: UnsafeBufferPointer(start: base, count: count)))
    }

    /// Calls `body` with the floats from `offset` on as a writable span.
    package func withMutableSpan<R>(at offset: Int, count length: Int, _ body: (inout MutableSpan<Float>) -> R) -> R {
        precondition(offset >= 0 && length >= 0 && offset + length <= count, "range outside the buffer")
        var span = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: base + offset, count: length))
        return body(&span)
    }
}

/// An immutable table of element offsets and indices that kernels read.
@safe package final class IndexTable: @unchecked Sendable {
    package let count: Int
    let base: UnsafeMutablePointer<Int>

    package init(_ values: [Int]) {
        count = values.count
        base = .allocate(capacity: max(1, values.count))
        for (index, value) in values.enumerated() { (base + index).initialize(to: value) }
    }

    deinit { base.deallocate() }
}

/// The lists of cells that the steps of one session are to compute, written by `DemandOperation` and read by later steps.
///
/// Safe to share for the reason that an arena is: steps that write and read are parted by barriers.
@safe package final class DemandTable: @unchecked Sendable {
    package let count: Int
    let base: UnsafeMutablePointer<Int>

    package init(count: Int) {
        self.count = count
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: 0, count: max(1, count))
    }

    deinit { base.deallocate() }
}

/// The memory a kernel works on: activations, constants, index tables and the calling thread's scratch space.
@safe package struct KernelMemory: @unchecked Sendable {
    package let arena: UnsafeMutablePointer<Float>
    package let constants: UnsafePointer<Float>
    package let tables: UnsafePointer<Int>
    package let scratch: UnsafeMutablePointer<Float>
    package let demand: UnsafeMutablePointer<Int>
    // Kept so that the pointers stay valid as long as this value lives.
    private let owners: (AlignedBuffer, AlignedBuffer, IndexTable, AlignedBuffer, DemandTable)

    package init(
        arena: AlignedBuffer, constants: AlignedBuffer, tables: IndexTable, scratch: AlignedBuffer, demand: DemandTable
    ) {
        self.arena = arena.base
        self.constants = UnsafePointer(constants.base)
        self.tables = UnsafePointer(tables.base)
        self.scratch = scratch.base
        self.demand = demand.base
        owners = (arena, constants, tables, scratch, demand)
    }
}
