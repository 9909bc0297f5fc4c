import GraphIR
import Tensors
import Testing

@Suite struct ActivationPassTests {
    private typealias Spelling = (inout GraphSketch, String) -> String

    /// The graph of one spelling after canonicalisation and all recognising passes.
    private func recognised(_ spelling: Spelling) throws -> [Operator] {
        var sketch = GraphSketch()
        // Wide enough to reach every branch.
        let x = sketch.node(.binary(.multiply), sketch.input("x", [2, 3, 4, 5]), sketch.scalar(8))
        let y = spelling(&sketch, x)
        let passes: [any GraphPass] = [
            CanonicaliseActivations(), RecogniseHardSigmoid(), RecogniseHardSwish(), RecogniseSigmoid(),
            RecogniseLeakyReLU(), RecogniseSiLU(), RecogniseMish(),
        ]
        let result = try optimised(sketch.returning(y), by: passes, tolerance: 1e-4)
        return Array(result.operations.dropFirst())
    }

    @Test func clamps() throws {
        #expect(
            try recognised { $0.node(.clip, $1, $0.scalar(0), $0.scalar(6)) } == [
                .activation(.clamp(minimum: 0, maximum: 6))
            ])
        #expect(try recognised { $0.node(.clip, $1, $0.scalar(0)) } == [.activation(.relu)])
        #expect(
            try recognised { $0.node(.clip, $1, "", $0.scalar(2)) }
                == [.activation(.clamp(minimum: -.infinity, maximum: 2))])
        #expect(
            try recognised { $0.node(.binary(.minimum), $0.node(.binary(.maximum), $0.scalar(0), $1), $0.scalar(6)) }
                == [.activation(.clamp(minimum: 0, maximum: 6))])
        #expect(
            try recognised { $0.node(.clip, $0.node(.activation(.relu), $1), $0.scalar(-1), $0.scalar(4)) }
                == [.activation(.clamp(minimum: 0, maximum: 4))])
        // Bounds the wrong way round: the maximum wins.
        #expect(
            try recognised { $0.node(.clip, $1, $0.scalar(3), $0.scalar(2)) }
                == [.activation(.clamp(minimum: 2, maximum: 2))])
    }

    @Test func leavesClampsByArraysAlone() throws {
        #expect(
            try recognised { $0.node(.binary(.maximum), $1, $0.random([3, 1, 1])) } == [.binary(.maximum)])
    }

    @Test func siLU() throws {
        let spellings: [Spelling] = [
            { $0.node(.binary(.multiply), $1, $0.node(.activation(.sigmoid), $1)) },
            { $0.node(.binary(.multiply), $0.node(.activation(.sigmoid), $1), $1) },
        ]
        for spelling in spellings { #expect(try recognised(spelling) == [.activation(.silu)]) }
    }

    @Test func sigmoid() throws {
        func denominator(_ sketch: inout GraphSketch, _ x: String) -> String {
            let power = sketch.node(.unary(.exp), sketch.node(.unary(.negate), x))
            return sketch.node(.binary(.add), power, sketch.scalar(1))
        }
        #expect(
            try recognised { $0.node(.unary(.reciprocal), denominator(&$0, $1)) } == [.activation(.sigmoid)])
        #expect(
            try recognised { $0.node(.binary(.divide), $0.scalar(1), denominator(&$0, $1)) }
                == [.activation(.sigmoid)])
        #expect(try recognised { $0.node(.binary(.divide), $1, denominator(&$0, $1)) } == [.activation(.silu)])
        // 2 + exp(-x) is another function.
        let other = try recognised { sketch, x in
            let power = sketch.node(.unary(.exp), sketch.node(.unary(.negate), x))
            return sketch.node(.unary(.reciprocal), sketch.node(.binary(.add), power, sketch.scalar(2)))
        }
        #expect(!other.contains(.activation(.sigmoid)))
    }

    @Test func leakyReLU() throws {
        let spellings: [Spelling] = [
            { $0.node(.binary(.maximum), $1, $0.node(.binary(.multiply), $1, $0.scalar(0.25))) },
            { $0.node(.binary(.maximum), $0.node(.binary(.multiply), $0.scalar(0.25), $1), $1) },
            { sketch, x in
                let back = sketch.node(.activation(.relu), sketch.node(.unary(.negate), x))
                let scaled = sketch.node(.binary(.multiply), back, sketch.scalar(0.25))
                return sketch.node(.binary(.subtract), sketch.node(.activation(.relu), x), scaled)
            },
            { sketch, x in
                let below = sketch.node(.binary(.minimum), x, sketch.scalar(0))
                let scaled = sketch.node(.binary(.multiply), below, sketch.scalar(0.25))
                return sketch.node(.binary(.add), scaled, sketch.node(.binary(.maximum), x, sketch.scalar(0)))
            },
            { sketch, x in
                let scaled = sketch.node(.binary(.multiply), x, sketch.scalar(0.25))
                return sketch.node(.select, sketch.node(.binary(.greater), x, sketch.scalar(0)), x, scaled)
            },
            { sketch, x in
                let scaled = sketch.node(.binary(.divide), x, sketch.scalar(4))
                return sketch.node(.select, sketch.node(.binary(.less), x, sketch.scalar(0)), scaled, x)
            },
        ]
        for (index, spelling) in spellings.enumerated() {
            #expect(try recognised(spelling) == [.activation(.leakyReLU(slope: 0.25))], "spelling \(index)")
        }
        // Above 1 the larger one is the scaled one.
        let steep = try recognised {
            $0.node(.binary(.maximum), $1, $0.node(.binary(.multiply), $1, $0.scalar(2)))
        }
        #expect(steep.last == .binary(.maximum))
    }

    @Test func siLULookalikesStay() throws {
        let scaled = try recognised {
            $0.node(
                .binary(.multiply), $1,
                $0.node(.activation(.sigmoid), $0.node(.binary(.multiply), $1, $0.scalar(1.702))))
        }
        #expect(!scaled.contains(.activation(.silu)))
        let other = try recognised {
            $0.node(.binary(.multiply), $0.node(.unary(.negate), $1), $0.node(.activation(.sigmoid), $1))
        }
        #expect(!other.contains(.activation(.silu)))
    }

    @Test func hardSigmoid() throws {
        let spelling: Spelling = {
            let sum = $0.node(.binary(.add), $0.scalar(3), $1)
            return $0.node(.binary(.divide), $0.node(.clip, sum, $0.scalar(0), $0.scalar(6)), $0.scalar(6))
        }
        #expect(try recognised(spelling) == [.activation(.hardSigmoid(alpha: 1 / 6, beta: 0.5))])
    }

    @Test func hardSwish() throws {
        func six(_ sketch: inout GraphSketch, _ x: String) -> String {
            let sum = sketch.node(.binary(.add), x, sketch.scalar(3))
            return sketch.node(.clip, sum, sketch.scalar(0), sketch.scalar(6))
        }
        let sixth = Float(1) / 6
        let spellings: [Spelling] = [
            { $0.node(.binary(.multiply), $1, $0.node(.activation(.hardSigmoid(alpha: 0.166_666_7, beta: 0.5)), $1)) },
            { $0.node(.binary(.divide), $0.node(.binary(.multiply), $1, six(&$0, $1)), $0.scalar(6)) },
            { $0.node(.binary(.multiply), $0.node(.binary(.multiply), six(&$0, $1), $1), $0.scalar(sixth)) },
            { $0.node(.binary(.multiply), $1, $0.node(.binary(.divide), six(&$0, $1), $0.scalar(6))) },
            { $0.node(.binary(.multiply), $1, $0.node(.binary(.multiply), $0.scalar(sixth), six(&$0, $1))) },
            { $0.node(.binary(.multiply), $0.node(.binary(.divide), $1, $0.scalar(6)), six(&$0, $1)) },
            { sketch, x in
                let scaled = sketch.node(.binary(.multiply), x, sketch.scalar(sixth))
                let sum = sketch.node(.binary(.add), scaled, sketch.scalar(0.5))
                return sketch.node(.binary(.multiply), x, sketch.node(.clip, sum, sketch.scalar(0), sketch.scalar(1)))
            },
        ]
        for (index, spelling) in spellings.enumerated() {
            #expect(try recognised(spelling) == [.activation(.hardSwish)], "spelling \(index)")
        }
    }

    @Test func hardSigmoidOfAnotherSlopeIsNoHardSwish() throws {
        let result = try recognised {
            $0.node(.binary(.multiply), $1, $0.node(.activation(.hardSigmoid(alpha: 0.2, beta: 0.5)), $1))
        }
        #expect(!result.contains(.activation(.hardSwish)))
    }

    @Test func mish() throws {
        let spellings: [Spelling] = [
            { $0.node(.binary(.multiply), $1, $0.node(.activation(.tanh), $0.node(.unary(.softplus), $1))) },
            { sketch, x in
                let sum = sketch.node(.binary(.add), sketch.node(.unary(.exp), x), sketch.scalar(1))
                return sketch.node(
                    .binary(.multiply), sketch.node(.activation(.tanh), sketch.node(.unary(.log), sum)), x)
            },
        ]
        for spelling in spellings { #expect(try recognised(spelling) == [.activation(.mish)]) }
    }
}
