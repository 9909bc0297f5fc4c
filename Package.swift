// swift-tools-version: 6.2
import PackageDescription

/// Language settings of every target: Swift 6 mode and the upcoming features that make imports and existentials explicit.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Everything outside Kernels and Media: memory-unsafe constructs are errors.
let safe: [SwiftSetting] = common + [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

/// Kernels are always optimised, in debug builds too: an unoptimised SIMD loop is several hundred times slower.
func kernels(_ clangFlags: [String] = [], defining names: [String] = []) -> [SwiftSetting] {
    common + names.map { .define($0) } + [.unsafeFlags(["-Ounchecked"] + clangFlags.flatMap { ["-Xcc", $0] })]
}

let avx2 = ["-mavx2", "-mfma", "-mf16c"]
let avx512 = avx2 + ["-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mprefer-vector-width=512"]

let package = Package(
    name: "windhover",
    products: [.executable(name: "windhover", targets: ["windhover"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        // L0
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [
                .apt(["libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libswscale-dev", "libswresample-dev"])
            ]),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .target(name: "CPlatform"),
        .target(name: "CInstructions"),
        .target(name: "Imaging", swiftSettings: safe),
        .target(name: "Tensors", swiftSettings: safe),
        .target(
            name: "ProtobufSchemas", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["onnx.proto", "work.proto"], swiftSettings: safe),
        .target(name: "Kernels", swiftSettings: kernels()),
        .target(name: "KernelsBaseline", dependencies: ["Kernels", "CInstructions"], swiftSettings: kernels()),
        .target(
            name: "KernelsAVX2", dependencies: ["Kernels", "CInstructions"],
            swiftSettings: kernels(avx2, defining: ["AVX2_KERNELS"])),
        .target(
            name: "KernelsAVX512", dependencies: ["Kernels", "CInstructions"],
            swiftSettings: kernels(avx512, defining: ["AVX512_KERNELS", "WIDE_REGISTERS"])),
        .target(
            name: "KernelsAVX512BF16", dependencies: ["Kernels", "CInstructions"],
            swiftSettings: kernels(
                avx512 + ["-mavx512bf16", "-mavx512vnni", "-mavx512vbmi"],
                defining: ["AVX512_KERNELS", "WIDE_REGISTERS", "BFLOAT16_KERNELS", "BYTE_PRODUCTS"])),
        // L1
        .target(
            name: "Media", dependencies: ["CFFmpeg", "CPango", "CTurboJPEG", "Imaging", "Kernels"],
            swiftSettings: common),
        .target(name: "ObjectDetection", dependencies: ["Imaging", "Tensors"], swiftSettings: safe),
        // L2
        .target(
            name: "WorkProtocol",
            dependencies: ["Imaging", "Tensors", "Media", "ObjectDetection", "ProtobufSchemas", "CPlatform"],
            swiftSettings: safe),
        .target(name: "Tracking", dependencies: ["Imaging", "ObjectDetection"], swiftSettings: safe),
        .target(name: "Evaluation", dependencies: ["Imaging", "ObjectDetection"], swiftSettings: safe),
        .target(name: "GraphIR", dependencies: ["Tensors"], swiftSettings: safe),
        // L3
        .target(
            name: "Journal",
            dependencies: ["Media", "ObjectDetection", "WorkProtocol", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: safe),
        .target(
            name: "Annotation", dependencies: ["Imaging", "Media", "Tracking", "ObjectDetection"], swiftSettings: safe),
        .target(
            name: "Engine",
            dependencies: [
                "Tensors", "GraphIR", "Kernels", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512",
                "KernelsAVX512BF16", "CPlatform",
            ],
            swiftSettings: safe),
        .target(name: "ONNXImport", dependencies: ["Tensors", "GraphIR", "ProtobufSchemas"], swiftSettings: safe),
        .target(name: "ONNXExport", dependencies: ["Tensors", "GraphIR", "ProtobufSchemas"], swiftSettings: safe),
        .target(name: "ModelDefinition", dependencies: ["Tensors", "GraphIR"], swiftSettings: safe),
        // L4
        .target(
            name: "Worker",
            dependencies: [
                "Imaging", "Tensors", "Kernels", "Media", "ObjectDetection", "WorkProtocol", "Tracking", "Annotation",
                "Engine", "ONNXImport", "GraphIR", "CPlatform", .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: safe),
        .target(
            name: "Pipeline",
            dependencies: [
                "Imaging", "Tensors", "Media", "ModelDefinition", "ObjectDetection", "WorkProtocol", "Tracking",
                "Journal", "Annotation", "CPlatform",
                .product(name: "Yams", package: "Yams"), .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: safe),
        // L5
        .target(
            name: "CLI",
            dependencies: [
                "Imaging", "Tensors", "Media", "ObjectDetection", "Evaluation", "GraphIR", "Engine", "ONNXImport",
                "ModelDefinition", "ONNXExport", "Worker", "Pipeline", "Journal", "WorkProtocol", "CPlatform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: safe),
        .executableTarget(name: "windhover", dependencies: ["CLI"], swiftSettings: safe),
        // Tests
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: common),
        .executableTarget(
            name: "MediaFuzz", dependencies: ["Annotation", "Imaging", "KernelsBaseline", "Media", "TestSupport"],
            path: "Tests/MediaFuzz", swiftSettings: common),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging", "TestSupport"], swiftSettings: common),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: common),
        .testTarget(
            name: "MediaTests",
            dependencies: [
                "CFFmpeg", "Engine", "Imaging", "Kernels", "Media", "MediaFuzz", "ObjectDetection", "TestSupport",
            ],
            swiftSettings: common),
        .testTarget(
            name: "ObjectDetectionTests", dependencies: ["Imaging", "ObjectDetection", "Tensors"], swiftSettings: common
        ),
        .testTarget(
            name: "TrackingTests", dependencies: ["Imaging", "ObjectDetection", "Tracking", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "EvaluationTests", dependencies: ["Evaluation", "Imaging", "ObjectDetection", "TestSupport"],
            swiftSettings: common),
        .testTarget(name: "AnnotationTests", dependencies: ["Annotation", "Imaging", "Media"], swiftSettings: common),
        .testTarget(name: "GraphIRTests", dependencies: ["GraphIR", "Tensors", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "ONNXImportTests",
            dependencies: ["GraphIR", "ONNXImport", "ProtobufSchemas", "Tensors", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "ONNXExportTests",
            dependencies: ["Engine", "GraphIR", "ONNXExport", "ONNXImport", "Tensors", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "ModelDefinitionTests",
            dependencies: [
                "Engine", "GraphIR", "ModelDefinition", "ONNXExport", "ONNXImport", "Pipeline", "Tensors",
                "TestSupport",
            ],
            swiftSettings: common),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "AllocationCounter", "Engine", "GraphIR", "Kernels", "ONNXImport", "Tensors", "TestSupport",
            ],
            swiftSettings: common),
        .testTarget(
            name: "WorkProtocolTests",
            dependencies: ["Imaging", "Tensors", "Media", "ObjectDetection", "WorkProtocol"],
            swiftSettings: common),
        .testTarget(
            name: "JournalTests", dependencies: ["Imaging", "Journal", "Media", "ObjectDetection", "WorkProtocol"],
            swiftSettings: common),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Engine", "Imaging", "Tensors", "Media", "ObjectDetection", "TestSupport", "WorkProtocol", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: common),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Annotation", "Imaging", "Tensors", "Journal", "Media", "ObjectDetection", "Pipeline", "Tracking",
                "WorkProtocol", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: common),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "CLI", "Evaluation", "GraphIR", "Imaging", "Tensors", "Media", "ObjectDetection", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: common),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Tensors", "windhover", "TestSupport"], swiftSettings: common),
    ]
)
