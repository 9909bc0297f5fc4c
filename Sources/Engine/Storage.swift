import GraphIR
import Kernels

/// How the values of a feature map are stored.
struct StoredForm: Hashable {
    var element: ElementKind
    /// What values stand for where they are bytes.
    var byteScale = ByteScale()
    /// The same for each channel, where they have their own; `byteScale` has their place once they are stored.
    var channelScales: [Quantization] = []

    static let float32 = StoredForm(element: .float32)
}

/// A feature map in blocked layout.
struct BlockedStorage: Hashable {
    var reference: StorageReference
    var channels: Int
    var height: Int
    var width: Int
    var form: StoredForm
    var element: ElementKind { form.element }

    func view(_ plan: MemoryPlan) -> BlockedView { view(at: plan.offset(of: reference)) }

    /// Values, those of unused lanes included.
    var count: Int { view(at: 0).count }
    /// Floats of the arena.
    var words: Int { view(at: 0).words }
    /// Floats of the arena before channel `channel`, a multiple of the block.
    func words(before channel: Int) -> Int { channel * height * width / element.valuesPerWord }

    private func view(at offset: Int) -> BlockedView {
        BlockedView(
            offset: offset, channels: channels, height: height, width: width, element: form.element,
            byteScale: form.byteScale)
    }
}

/// Row-major storage in the arena or in the constants.
enum ArrayStorage: Hashable {
    case arena(StorageReference)
    case constant(Int)

    func view(_ plan: MemoryPlan) -> ArrayView {
        switch self {
        case .arena(let reference): ArrayView(offset: plan.offset(of: reference))
        case .constant(let offset): ArrayView(offset: offset, isConstant: true)
        }
    }

    var reads: [StorageReference] {
        if case .arena(let reference) = self { [reference] } else { [] }
    }
}
