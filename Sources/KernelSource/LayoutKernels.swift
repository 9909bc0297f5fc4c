import Kernels

extension ReorderOperation: ElementwiseKernel {
    var element: ElementKind { blocked.element }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        for unit in first..<end {
            let (block, chunk) = (unit / chunks, unit % chunks)
            let channels = min(channelBlock, blocked.channels - block * channelBlock)
            let pixel = chunk * Self.pixelsPerUnit
            let count = min(Self.pixelsPerUnit, blocked.pixels - pixel)
            let map = memory.block(block, of: blocked, type) + pixel * 16
            let planes = memory.arena + planar + block * channelBlock * blocked.pixels + pixel
            switch direction {
            case .toPlanar: writePlanes(map, planes, channels, count)
            case .toBlocked: readPlanes(map, planes, channels, count)
            }
        }
    }

    /// Pixels of one block to planes: squares of 16 pixels, then single ones.
    private func writePlanes<E: Element>(
        _ map: UnsafeMutablePointer<E>, _ planes: UnsafeMutablePointer<Float>, _ channels: Int, _ count: Int
    ) {
        var done = 0
        if channels > 4 {
            while done + 16 <= count {
                var square = Square(UnsafePointer(map + done * 16), stride: 16)
                square.transpose()
                if channels == 16 {
                    square.write(planes + done, stride: blocked.pixels)
                } else {
                    square.write(planes + done, stride: blocked.pixels, count: channels)
                }
                done += 16
            }
        }
        for channel in 0..<channels {
            let plane = planes + channel * blocked.pixels
            for pixel in done..<count { plane[pixel] = map[pixel * 16 + channel].float }
        }
    }

    private func readPlanes<E: Element>(
        _ map: UnsafeMutablePointer<E>, _ planes: UnsafeMutablePointer<Float>, _ channels: Int, _ count: Int
    ) {
        var done = 0
        if channels == 16 {
            while done + 16 <= count {
                var square = Square(UnsafePointer(planes + done), stride: blocked.pixels)
                square.transpose()
                square.write(map + done * 16, stride: 16)
                done += 16
            }
        }
        for channel in 0..<channelBlock {
            let plane = planes + channel * blocked.pixels
            for pixel in done..<count { map[pixel * 16 + channel] = E(channel < channels ? plane[pixel] : 0) }
        }
    }
}

extension ChannelCopyOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        let width = output.width
        for y in first..<end {
            let source = UnsafePointer(memory.values(type, at: input.offset)) + y * width * 16
            let target = memory.values(type, at: output.offset) + y * width * 16
            var copied = 0
            while copied < channels {
                let (from, to) = (firstInputChannel + copied, firstOutputChannel + copied)
                let run = min(channels - copied, 16 - from % 16, 16 - to % 16)
                let a = source + from / 16 * input.blockStride + from % 16
                let b = target + to / 16 * output.blockStride + to % 16
                if run == 16 {
                    b.update(from: a, count: width * 16)
                } else {
                    for x in 0..<width {
                        for lane in 0..<run { b[x * 16 + lane] = a[x * 16 + lane] }
                    }
                }
                copied += run
            }
            if clearsTail { clearTail(target) }
        }
    }

    /// Lanes past the last channel become zero: what the arena held before may be no number at all.
    @inline(always)
    private func clearTail<E: Element>(_ target: UnsafeMutablePointer<E>) {
        let used = output.channels % 16
        guard used != 0 else { return }
        let last = target + (output.blocks - 1) * output.blockStride
        for x in 0..<output.width {
            for lane in used..<16 { last[x * 16 + lane] = E(0) }
        }
    }
}

@inline(always)
func resolve(_ view: ArrayView, _ memory: KernelMemory) -> UnsafePointer<Float> {
    view.isConstant ? memory.constants + view.offset : UnsafePointer(memory.arena + view.offset)
}

extension StridedCopyOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let extents = memory.tables + table
        let (inputStrides, outputStrides) = (extents + rank, extents + 2 * rank)
        let source = resolve(input, memory)
        let out = memory.arena + output
        for step in first..<end {
            copy(
                source + step * inputStrides[0], out + step * outputStrides[0], 1, extents, inputStrides, outputStrides)
        }
    }

    private func copy(
        _ source: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ axis: Int, _ extents: UnsafePointer<Int>,
        _ inputStrides: UnsafePointer<Int>, _ outputStrides: UnsafePointer<Int>
    ) {
        guard axis < rank else {
            out.pointee = source.pointee
            return
        }
        let (extent, from, to) = (extents[axis], inputStrides[axis], outputStrides[axis])
        guard axis == rank - 1 else {
            for step in 0..<extent {
                copy(source + step * from, out + step * to, axis + 1, extents, inputStrides, outputStrides)
            }
            return
        }
        if from == 1 && to == 1 {
            out.update(from: source, count: extent)
        } else {
            for step in 0..<extent { out[step * to] = source[step * from] }
        }
    }
}

extension GatherOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let source = resolve(input, memory)
        for step in first..<end {
            for index in 0..<indexCount {
                let from = source + (step * extent + memory.tables[indices + index]) * inner
                (memory.arena + output + (step * indexCount + index) * inner).update(from: from, count: inner)
            }
        }
    }
}
