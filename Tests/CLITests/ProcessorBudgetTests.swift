import Testing

@testable import CLI

@Suite struct ProcessorBudgetTests {
    @Test func quotaAndMaskTogether() {
        #expect(ProcessorBudget.cores(allowed: 8, quota: nil) == 8)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 2) == 2)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 2.5) == 3)
        #expect(ProcessorBudget.cores(allowed: 2, quota: 64) == 2)
        #expect(ProcessorBudget.cores(allowed: 8, quota: 0.2) == 1)
    }
}

@Suite struct MemoryBudgetTests {
    @Test func threeQuartersOfWhatThereIs() {
        #expect(MemoryBudget.bytes(physical: 8 << 30, limit: nil) == 6 << 30)
        #expect(MemoryBudget.bytes(physical: 8 << 30, limit: 4 << 30) == 3 << 30)
        // What a group without a limit says in version 1.
        #expect(MemoryBudget.bytes(physical: 8 << 30, limit: 9_223_372_036_854_771_712) == 6 << 30)
        #expect(MemoryBudget.bytes >= 64 << 20)
    }

    @Test func sizesAsPeopleWriteThem() {
        let sizes = [
            "8G": 8 << 30, "1.5g": 3 << 29, "800M": 800 << 20, "800MB": 800 << 20, "64MiB": 64 << 20, "12k": 12 << 10,
            "0.5T": 1 << 39,
            "1000000": 1_000_000,
        ]
        for (text, bytes) in sizes { #expect(MemorySize(argument: text)?.bytes == bytes, "\(text)") }
        for text in ["", "G", "-1G", "8 G", "8X", "1.2.3G", "1e30T", "9999999T", "\u{0663}G", "infG"] {
            #expect(MemorySize(argument: text) == nil, "\(text)")
        }
    }
}
