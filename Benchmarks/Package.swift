// swift-tools-version: 6.2
import PackageDescription

// Comparisons with other runtimes. A package of its own: nothing here is needed to build or test windhover.
let package = Package(
    name: "benchmarks",
    targets: [
        .executableTarget(
            name: "peers",
            swiftSettings: [
                .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ])
