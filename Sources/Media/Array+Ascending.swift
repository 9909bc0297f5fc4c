extension Array where Element: FixedWidthInteger {
    /// Position of the first element that is not below `value`; the elements ascend.
    func firstPosition(notBelow value: Element) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Position of the first element above `value`; the elements ascend.
    func firstPosition(above value: Element) -> Int {
        value == .max ? count : firstPosition(notBelow: value + 1)
    }

    /// The last element that is not above `value`; the elements ascend.
    func last(notAfter value: Element) -> Element? {
        let position = firstPosition(above: value)
        return position > 0 ? self[position - 1] : nil
    }

    /// The first element above `value`; the elements ascend.
    func first(after value: Element) -> Element? {
        let position = firstPosition(above: value)
        return position < count ? self[position] : nil
    }
}
