import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    /// Convolution, with its fused activation and residual.
    mutating func lowerConvolution(_ node: Node, _ attributes: ConvolutionAttributes) throws(EngineError) {
        guard let tensor = graph.constants[node.inputs[1]], let values = tensor.floats, tensor.shape.rank == 4 else {
            throw EngineError(.unsupported, node.name, "convolution whose weights are not a 4-D float constant")
        }
        guard isFeatureMap(node.inputs[0]) else {
            throw EngineError(
                .unsupported, node.name, "convolution over \(try shape(of: node.inputs[0])); [1, C, H, W] is needed")
        }
        let bias = try convolutionBias(node, attributes, outputs: tensor.shape[0])
        var packing = WeightPacking(tensor, values: values, group: attributes.group)
        if elements.operandForm(of: node) != nil {
            packing.scales = graph.quantization.weightScales[node.inputs[1]] ?? []
        }
        let window = try window(
            node, kernel: attributes.kernel, strides: attributes.strides, padding: attributes.padding,
            dilations: attributes.dilations, mode: attributes.autoPadding)
        let epilogue = try convolutionEpilogue(node, attributes)
        if graph.isDepthwise(node) {
            try lowerDepthwise(node, packing, window, bias, epilogue)
        } else {
            try lowerContraction(node, packing, window, bias, epilogue)
        }
    }

    /// The window of a convolution or pool, whose padding passes have made explicit.
    func window(
        _ node: Node, kernel: [Int], strides: [Int], padding: [Int], dilations: [Int], mode: AutoPadding
    ) throws(EngineError) -> WindowGeometry {
        guard mode == .explicit, kernel.count == 2, strides.count == 2, padding.count == 4, dilations.count == 2 else {
            throw EngineError(.unsupported, node.name, "window that is not two-dimensional with explicit padding")
        }
        return WindowGeometry(
            kernelHeight: kernel[0], kernelWidth: kernel[1], strideY: strides[0], strideX: strides[1],
            padTop: padding[0],
            padLeft: padding[1], dilationY: dilations[0], dilationX: dilations[1])
    }

    /// Position of the bias in the constants, padded to whole blocks.
    private mutating func convolutionBias(
        _ node: Node, _ attributes: ConvolutionAttributes, outputs: Int
    ) throws(EngineError) -> Int {
        let padded = (outputs + channelBlock - 1) / channelBlock * channelBlock
        let operands = attributes.residual == .none ? node.inputs.count : node.inputs.count - 1
        guard operands > 2, !node.inputs[2].isEmpty else {
            return addConstant(Array(repeating: 0, count: padded))
        }
        guard let values = constantValues(node.inputs[2]), values.count == outputs else {
            throw EngineError(.unsupported, node.name, "convolution whose bias is not a constant of \(outputs) floats")
        }
        return addConstant(values + Array(repeating: 0, count: padded - outputs))
    }

    /// Epilogue and the residual's storage.
    private mutating func convolutionEpilogue(
        _ node: Node, _ attributes: ConvolutionAttributes
    ) throws(EngineError) -> (Epilogue, BlockedStorage?) {
        var epilogue = attributes.activation.map(Epilogue.init(fusing:)) ?? Epilogue()
        guard attributes.residual != .none, let name = node.inputs.last else { return (epilogue, nil) }
        guard try shape(of: name) == shape(of: node.outputs[0]) else {
            throw EngineError(.invalidGraph, node.name, "residual '\(name)' has another shape than the result")
        }
        epilogue.addsLast = attributes.residual == .afterActivation
        let addend = try addend(name, for: node, to: form(of: node.outputs[0]))
        epilogue.residualScale = addend.form.byteScale
        return (epilogue, addend)
    }

    private mutating func lowerDepthwise(
        _ node: Node, _ packing: WeightPacking, _ window: WindowGeometry, _ bias: Int,
        _ epilogue: (Epilogue, residual: BlockedStorage?)
    ) throws(EngineError) {
        let output = try makeBlocked(node.outputs[0])
        let bytes = try byteOperand(node)
        let input: BlockedStorage
        if let bytes {
            input = bytes
        } else {
            input = try featureMap(node.inputs[0], for: node, stored: output.form)
        }
        let weights = addConstant(bytes == nil ? packing.depthwise() : packing.depthwiseBytes())
        let sums = bytes.map { addByteSums(packing, $0.form, ofRows: true) }
        let demand = try demandList(for: node)
        let reads = [input.reference] + (epilogue.residual.map { [$0.reference] } ?? [])
        append(node.name, reads: reads, writes: [output.reference]) { plan in
            var operation = DepthwiseOperation(
                input: input.view(plan), output: output.view(plan), window: window, weights: weights, bias: bias,
                epilogue: epilogue.0.with(residual: epilogue.residual, plan))
            operation.demand = demand
            if let sums { (operation.starts, operation.factors) = sums }
            return .depthwise(operation)
        }
    }

    /// The input of a convolution that multiplies bytes, as bytes; nil for one that does not.
    private mutating func byteOperand(_ node: Node) throws(EngineError) -> BlockedStorage? {
        guard let form = elements.operandForm(of: node) else { return nil }
        let storage = try featureMap(node.inputs[0], for: node)
        return storage.element == .uint8 ? storage : try featureMap(node.inputs[0], for: node, stored: form)
    }

    /// Positions of what sums of bytes need: the integers they start from, over all taps or for each kernel row, and the
    /// factors that make them floats.
    private mutating func addByteSums(
        _ packing: WeightPacking, _ form: StoredForm, ofRows: Bool
    ) -> (starts: Int, factors: Int) {
        let (scales, zeros) = form.perChannel(packing.outputChannels)
        let starts = addConstant(ofRows ? packing.rowStarts(zeros: zeros) : packing.starts(zeros: zeros))
        return (starts, addConstant(packing.factors(inputScales: scales)))
    }

    /// Most planes a convolution reads without the blocked layout: an image's channels.
    private static var mostPlanes: Int { 8 }

    private mutating func lowerContraction(
        _ node: Node, _ packing: WeightPacking, _ window: WindowGeometry, _ bias: Int,
        _ epilogue: (Epilogue, residual: BlockedStorage?)
    ) throws(EngineError) {
        let inputShape = try shape(of: node.inputs[0])
        let output = try makeBlocked(node.outputs[0])
        let usesPlanes = packing.group == 1 && inputShape[1] <= Self.mostPlanes && !hasBlocked(node.inputs[0])
        var operation = ConvolutionOperation(
            source: .padded, inputOffset: 0, inputGroups: 0, inputHeight: inputShape[2], inputWidth: inputShape[3],
            output: BlockedView(
                offset: 0, channels: output.channels, height: output.height, width: output.width,
                element: output.element, byteScale: output.form.byteScale),
            window: window, tapTable: 0, tapCount: 0, sharedTaps: packing.group == 1, inner: channelBlock, weights: 0,
            bias: bias, rowsPerUnit: Self.rowsPerUnit(output), depth: packing.depth, epilogue: epilogue.0)
        let source: StorageReference
        if usesPlanes, case .arena(let reference) = try array(node.inputs[0], for: node) {
            operation.source = .planar
            operation.operands = planarOperands(window, node)
            operation.inputScale = elements.operandForm(of: node)?.byteScale ?? ByteScale()
            operation.inputGroups = inputShape[1]
            source = reference
        } else {
            let input = try operand(node)
            operation.source = window.isPointwise ? .direct : .padded
            operation.operands = input.element
            operation.inputScale = input.form.byteScale
            operation.inputGroups = (input.channels + channelBlock - 1) / channelBlock
            source = input.reference
        }
        operation.tileBlocks = operation.sharedTaps ? tileBlocks : 1
        operation.computesPairs = operation.allowsColumnPairs
        place(packing, in: &operation)
        if operation.operands == .uint8 {
            let form = StoredForm(element: .uint8, byteScale: operation.inputScale)
            (operation.starts, operation.factors) = addByteSums(packing, form, ofRows: false)
        }
        // Other sources compute everything, which is right too.
        if operation.source == .direct { operation.demand = try demandList(for: node) }
        let (residual, lowered) = (epilogue.residual, operation)
        let reads = [source] + (residual.map { [$0.reference] } ?? [])
        append(node.name, reads: reads, writes: [output.reference]) { plan in
            var placed = lowered
            placed.inputOffset = plan.offset(of: source)
            placed.output = output.view(plan)
            placed.epilogue = lowered.epilogue.with(residual: residual, plan)
            return .convolution(placed)
        }
    }

    /// The input of a contraction over blocks.
    private mutating func operand(_ node: Node) throws(EngineError) -> BlockedStorage {
        if let bytes = try byteOperand(node) { return bytes }
        return try inFloats(try featureMap(node.inputs[0], for: node), node.inputs[0], for: node.name)
    }

    /// How planes are multiplied: pairs of columns start at even ones only, squares at even rows too.
    private func planarOperands(_ window: WindowGeometry, _ node: Node) -> ElementKind {
        let isDense = window.dilationX == 1 && window.dilationY == 1
        switch precision {
        case .uint8:
            let readsSquares = isDense && window.strideX == 2 && window.strideY == 2
            return readsSquares && elements.operandForm(of: node) != nil ? .uint8 : .float32
        case .float32, .bfloat16: return window.dilationX == 1 && window.strideX % 2 == 0 ? precision : .float32
        }
    }

    /// Packs the weights and taps of `operation`, whose geometry is complete.
    private mutating func place(_ packing: WeightPacking, in operation: inout ConvolutionOperation) {
        let window = operation.window
        var packing = packing
        packing.element = operation.operands
        packing.tileBlocks = operation.tileBlocks
        let rowStride = operation.scratchRowWords
        let pixel = channelBlock / operation.operands.valuesPerWord
        let groupStride =
            operation.source == .direct
            ? operation.inputHeight * operation.inputWidth * pixel : operation.scratchRows * rowStride
        let offset = { (block: Int, ky: Int, kx: Int) in
            block * groupStride + ky * window.dilationY * rowStride + kx * window.dilationX * pixel
        }
        let packed: PackedConvolution
        if operation.readsSquares {
            packed = packing.squares(scratchRows: operation.scratchRows, rowStride: rowStride)
            operation.inner = (window.kernelWidth + 1) / 2
        } else if operation.computesPairs {
            packed = packing.columnPairs(scratchRows: operation.scratchRows, rowStride: rowStride, window: window)
            operation.inner = 8
        } else if operation.source == .planar {
            packed = packing.planar(scratchRows: operation.scratchRows, rowStride: rowStride, window: window)
            operation.inner = packing.words(in: window.dilationX == 1 ? window.kernelWidth : 1)
        } else {
            operation.inner = pixel
            packed = operation.sharedTaps ? packing.dense(offset: offset) : packing.grouped(offset: offset)
            let rest = packing.channelsPerGroup % channelBlock
            if operation.sharedTaps, rest > 0 {
                (operation.shortTaps, operation.shortInner) = (window.area, packing.words(in: rest))
            }
        }
        operation.tapCount = packed.tapCount
        operation.tapTable = addTable(packed.taps)
        operation.weights = addConstant(packed.weights)
    }

    /// Rows done together, so that weights read from a far cache serve some fifty pixels.
    private static func rowsPerUnit(_ output: BlockedStorage) -> Int {
        max(1, min((47 + output.width) / output.width, (output.height + 3) / 4))
    }
}
