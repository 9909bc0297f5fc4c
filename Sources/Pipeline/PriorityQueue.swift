/// A binary heap: the smallest element comes first. Equal elements come in no particular order.
struct PriorityQueue<Element: Comparable> {
    private var heap: [Element] = []

    var count: Int { heap.count }
    var isEmpty: Bool { heap.isEmpty }
    /// The smallest element.
    var first: Element? { heap.first }

    mutating func insert(_ element: Element) {
        heap.append(element)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the smallest element.
    mutating func popFirst() -> Element? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        siftDown()
        return first
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            let children = (2 * parent + 1)..<min(2 * parent + 3, max(heap.count, 2 * parent + 1))
            guard let smallest = children.min(by: { heap[$0] < heap[$1] }), heap[smallest] < heap[parent] else {
                return
            }
            heap.swapAt(smallest, parent)
            parent = smallest
        }
    }
}
