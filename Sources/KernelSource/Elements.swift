import CInstructions
import Kernels

/// A stored value that kernels compute with as a 32-bit float.
protocol Element {
    static func load(_ pointer: UnsafePointer<Self>) -> Vector
    static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Self>)
    init(_ value: Float)
    var float: Float { get }
    /// Where the sums of a result that will lie at `place` are collected: there, or in scratch space where it is stored in
    /// fewer bits.
    static func sums(
        of place: UnsafeMutablePointer<Self>, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float>
    /// Whether sums are stored as they are.
    static var storesSums: Bool { get }
    /// x · sigmoid(x), as exact as the element can tell.
    static func silu(_ x: Vector) -> Vector
}

extension Float: Element {
    @inline(always)
    static func load(_ pointer: UnsafePointer<Float>) -> Vector {
        UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
    }

    @inline(always)
    static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Vector.self)
    }

    @inline(always)
    var float: Float { self }

    @inline(always)
    static func sums(
        of place: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> { place }

    @inline(always)
    static var storesSums: Bool { true }

    @inline(always)
    static func silu(_ x: Vector) -> Vector { exactSiLU(x) }
}

#if BFLOAT16_KERNELS
    struct BFloat16: Element {
        var bits: UInt16

        @inline(always)
        init(_ value: Float) {
            bits = UInt16(truncatingIfNeeded: wh_round_to_bfloat16(Vector(repeating: value))[0])
        }

        @inline(always)
        var float: Float { Float(bitPattern: UInt32(bits) &<< 16) }

        @inline(always)
        static func sums(
            of place: UnsafeMutablePointer<BFloat16>, scratch: UnsafeMutablePointer<Float>
        ) -> UnsafeMutablePointer<Float> { scratch }

        @inline(always)
        static var storesSums: Bool { false }

        /// Relative error below 2·10⁻⁴, a tenth of what rounding to 8 bits adds: x / (1 + 2ᵗ), t = −x·log₂e, with a polynomial of
        /// degree 3 for 2 to the fraction of t (minimax fit: 8·10⁻⁵).
        @inline(always)
        static func silu(_ x: Vector) -> Vector {
            let t = x * Vector(repeating: -1.442_695_04)
            let f = wh_fraction(t)
            var p = Vector(repeating: 0.226_067_19).addingProduct(Vector(repeating: 0.078_024_55), f)
            p = Vector(repeating: 0.695_833_5).addingProduct(p, f)
            p = Vector(repeating: 0.999_925_26).addingProduct(p, f)
            return x / (Vector(repeating: 1) + wh_scale(p, t))
        }

        @inline(always)
        static func load(_ pointer: UnsafePointer<BFloat16>) -> Vector {
            wh_widen_bfloat16(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Int64>.self))
        }

        @inline(always)
        static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<BFloat16>) {
            UnsafeMutableRawPointer(pointer).storeBytes(of: wh_round_to_bfloat16(value), as: SIMD4<Int64>.self)
        }
    }
#endif

/// The byte itself, whatever it stands for: what picks, copies or averages values does the same with their bytes.
extension UInt8: Element {
    @inline(always)
    static func load(_ pointer: UnsafePointer<UInt8>) -> Vector { wh_floats_of(wh_widen_bytes(pointer)) }

    @inline(always)
    static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<UInt8>) { storeRounded(value, pointer) }

    @inline(always)
    var float: Float { Float(self) }

    @inline(always)
    static func sums(
        of place: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> { scratch }

    @inline(always)
    static var storesSums: Bool { false }

    @inline(always)
    static func silu(_ x: Vector) -> Vector { coarseSiLU(x) }
}

/// Values in 0...255, others clamped, as the nearest bytes, ties to even.
@inline(always)
func storeRounded(_ value: Vector, _ bytes: UnsafeMutableRawPointer) {
    // From 2²³ on floats are whole numbers, whose low byte is that of their bits.
    let shifter: Float = 8_388_608
    let shifted = clamp(value + Vector(repeating: shifter), shifter, shifter + 255)
    wh_store_low_bytes(unsafeBitCast(shifted, to: SIMD16<Int32>.self), bytes)
}

@inline(always)
func load<E: Element>(_ pointer: UnsafePointer<E>) -> Vector { E.load(pointer) }

@inline(always)
func load<E: Element>(_ pointer: UnsafeMutablePointer<E>) -> Vector { E.load(UnsafePointer(pointer)) }

@inline(always)
func store<E: Element>(_ value: Vector, _ pointer: UnsafeMutablePointer<E>) { E.store(value, pointer) }

extension KernelMemory {
    /// The arena from float `offset` on as values of another kind.
    @inline(always)
    func values<E: Element>(_ type: E.Type, at offset: Int) -> UnsafeMutablePointer<E> {
        UnsafeMutableRawPointer(arena + offset).assumingMemoryBound(to: E.self)
    }

    /// Block `block` of a feature map.
    @inline(always)
    func block<E: Element>(_ block: Int, of view: BlockedView, _ type: E.Type) -> UnsafeMutablePointer<E> {
        values(type, at: view.offset) + block * view.blockStride
    }
}

/// A kernel whose input and output are stored alike; `run` is compiled for each kind of element.
protocol ElementwiseKernel {
    var element: ElementKind { get }
    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int)
}

extension ElementwiseKernel {
    @inline(always)
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        if element.isByte { return run(as: UInt8.self, memory, first, end) }
        #if BFLOAT16_KERNELS
            if case .bfloat16 = element { return run(as: BFloat16.self, memory, first, end) }
        #endif
        run(as: Float.self, memory, first, end)
    }
}
