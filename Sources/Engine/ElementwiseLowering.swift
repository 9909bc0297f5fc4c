import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    /// An element-by-element function of one operand, in whichever layout it is at hand.
    ///
    /// Blocked storage has lanes past the last channel; functions that could make them infinite run row-major.
    mutating func lowerMap(_ node: Node, _ epilogue: Epilogue, keepsLanesFinite: Bool) throws(EngineError) {
        let name = node.inputs[0]
        if let input = try blockedOperand(name, node), keepsLanesFinite || input.channels % channelBlock == 0 {
            let output = try makeBlocked(node.outputs[0])
            append(node.name, reads: [input.reference], writes: [output.reference]) { plan in
                .map(
                    MapOperation(
                        input: ArrayView(offset: plan.offset(of: input.reference)),
                        output: plan.offset(of: output.reference), count: input.count, epilogue: epilogue,
                        inputElement: input.element, outputElement: output.element))
            }
            return
        }
        let input = try array(name, for: node)
        let count = try shape(of: name).count
        let output = try makeArray(node.outputs[0])
        append(node.name, reads: input.reads, writes: [output]) { plan in
            .map(
                MapOperation(input: input.view(plan), output: plan.offset(of: output), count: count, epilogue: epilogue)
            )
        }
    }

    private mutating func blockedOperand(_ name: String, _ node: Node) throws(EngineError) -> BlockedStorage? {
        hasBlocked(name) ? try inFloats(try featureMap(name, for: node), name, for: node.name) : nil
    }

    mutating func lowerClip(_ node: Node) throws(EngineError) {
        var bounds: [Float] = [-.infinity, .infinity]
        for (index, name) in node.inputs.dropFirst().prefix(2).enumerated() where !name.isEmpty {
            guard let value = constantValues(name)?.first else {
                throw EngineError(.unsupported, node.name, "Clip with computed bounds")
            }
            bounds[index] = value
        }
        try lowerMap(node, Epilogue(.clamp, bounds[0], bounds[1]), keepsLanesFinite: true)
    }

    mutating func lowerUnary(_ node: Node, _ function: UnaryFunction) throws(EngineError) {
        let kind: ActivationKind
        switch function {
        case .exp: kind = .exp
        case .log: kind = .log
        case .sqrt: kind = .squareRoot
        case .negate: kind = .negate
        case .absolute: kind = .absolute
        case .floor: kind = .floor
        case .ceil: kind = .ceil
        case .round: kind = .round
        case .reciprocal: kind = .reciprocal
        case .erf: kind = .erf
        case .softplus: kind = .softplus
        case .not: return try lowerNegation(node)
        }
        try lowerMap(node, Epilogue(kind), keepsLanesFinite: false)
    }

    mutating func lowerBinary(_ node: Node, _ function: BinaryFunction) throws(EngineError) {
        if try lowerWholeDivision(node, function) { return }
        let kind = BinaryKind(function)
        if try lowerChannelwise(node, kind) { return }
        let output = try makeArray(node.outputs[0])
        combine(
            node, kind, try operand(node.inputs[0], for: node), try operand(node.inputs[1], for: node), into: output,
            try shape(of: node.outputs[0]))
    }

    /// A row-major value and its shape, for `combine`.
    mutating func operand(
        _ name: String, for node: Node
    ) throws(EngineError) -> (storage: ArrayStorage, shape: Shape) {
        (try array(name, for: node), try shape(of: name))
    }

    /// A function of two row-major values, broadcast to `result`.
    mutating func combine(
        _ node: Node, _ kind: BinaryKind, _ left: (storage: ArrayStorage, shape: Shape),
        _ right: (storage: ArrayStorage, shape: Shape), into output: StorageReference, _ result: Shape
    ) {
        let loop = StridedLoop(
            extents: result.dimensions,
            strides: [
                StridedLoop.broadcastStrides(left.shape, to: result),
                StridedLoop.broadcastStrides(right.shape, to: result), result.strides,
            ]
        ).simplified()
        let table = addTable(loop.extents + loop.strides[0] + loop.strides[1])
        let outer = loop.extents[0]
        append(node.name, reads: left.storage.reads + right.storage.reads, writes: [output]) { plan in
            .broadcast(
                BroadcastOperation(
                    function: kind, left: left.storage.view(plan), right: right.storage.view(plan),
                    output: plan.offset(of: output), table: table, rank: loop.extents.count, outer: outer,
                    outerStride: result.count / max(1, outer)))
        }
    }

    /// Blocked forms: two maps of one shape, or a map and one value per channel (squeeze-excite, scale and shift).
    private mutating func lowerChannelwise(_ node: Node, _ kind: BinaryKind) throws(EngineError) -> Bool {
        let finite: Set<BinaryKind> = [.add, .subtract, .multiply, .minimum, .maximum]
        let result = try shape(of: node.outputs[0])
        guard finite.contains(kind), isFeatureMap(node.outputs[0]) else { return false }
        let shapes = [try shape(of: node.inputs[0]), try shape(of: node.inputs[1])]
        let commutes = kind != .subtract
        for (map, other) in [(0, 1), (1, 0)] where map == 0 || commutes {
            guard shapes[map] == result, hasBlocked(node.inputs[map]) else { continue }
            if shapes[other] == result {
                guard kind == .add, hasBlocked(node.inputs[other]) else { return false }
                return try lowerSum(node)
            }
            if try lowerVector(node, kind, map: node.inputs[map], vector: node.inputs[other], channels: result[1]) {
                return true
            }
        }
        return false
    }

    private mutating func lowerSum(_ node: Node) throws(EngineError) -> Bool {
        let left = try inFloats(try featureMap(node.inputs[0], for: node), node.inputs[0], for: node.name)
        let output = try makeBlocked(node.outputs[0])
        let right = try featureMap(node.inputs[1], for: node, stored: output.form)
        append(node.name, reads: [left.reference, right.reference], writes: [output.reference]) { plan in
            .map(
                MapOperation(
                    input: ArrayView(offset: plan.offset(of: left.reference)),
                    output: plan.offset(of: output.reference),
                    count: left.count, epilogue: Epilogue().with(residual: right, plan), inputElement: left.element,
                    outputElement: output.element))
        }
        return true
    }

    private mutating func lowerVector(
        _ node: Node, _ kind: BinaryKind, map: String, vector: String, channels: Int
    ) throws(EngineError) -> Bool {
        let shape = try shape(of: vector)
        let isVector = shape.rank == 4 && shape[0] == 1 && shape[1] == channels && shape[2] == 1 && shape[3] == 1
        let vectorStorage: (offset: Int?, reference: StorageReference?)
        if let values = constantValues(vector), values.count == 1 || (isVector && values.count == channels) {
            let padded = (channels + channelBlock - 1) / channelBlock * channelBlock
            let full = values.count == 1 ? Array(repeating: values[0], count: channels) : values
            vectorStorage = (addConstant(full + Array(repeating: 0, count: padded - channels)), nil)
        } else if isVector, hasBlocked(vector) {
            let storage = try featureMap(vector, for: node, stored: form(of: node.outputs[0]))
            vectorStorage = (nil, storage.reference)
        } else {
            return false
        }
        let output = try makeBlocked(node.outputs[0])
        let input = try featureMap(map, for: node, stored: output.form)
        let reads = [input.reference] + (vectorStorage.reference.map { [$0] } ?? [])
        append(node.name, reads: reads, writes: [output.reference]) { plan in
            .channelwise(
                ChannelwiseOperation(
                    function: kind, input: input.view(plan), output: output.view(plan),
                    vector: vectorStorage.offset ?? vectorStorage.reference.map(plan.offset(of:)) ?? 0,
                    isConstant: vectorStorage.offset != nil))
        }
        return true
    }
}

extension BinaryKind {
    init(_ function: BinaryFunction) {
        switch function {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        // Of whole numbers: the quotient, from which the remainder is computed.
        case .divide, .modulo: self = .divide
        case .power: self = .power
        case .minimum: self = .minimum
        case .maximum: self = .maximum
        case .equal: self = .equal
        case .greater: self = .greater
        case .less: self = .less
        }
    }
}
