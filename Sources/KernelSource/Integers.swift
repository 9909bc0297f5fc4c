// In a large function the compiler leaves calls of the standard library's `min`, `max` and `count`, as functions of their own that
// other objects share; these are always inlined.

@inline(always)
func lesser(_ a: Int, _ b: Int) -> Int { a < b ? a : b }

@inline(always)
func greater(_ a: Int, _ b: Int) -> Int { a > b ? a : b }

extension Range<Int> {
    @inline(always)
    var length: Int { upperBound &- lowerBound }
}
