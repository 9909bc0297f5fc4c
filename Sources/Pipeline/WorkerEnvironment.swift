import Foundation

/// The environment of worker processes: what the libraries that they use look at, and nothing else. Tokens and passwords that others have put into
/// the environment stay out of the processes that read files of unknown origin.
enum WorkerEnvironment {
    private static let names: Set<String> = [
        "GLIBC_TUNABLES", "HOME", "LANG", "LANGUAGE", "LLVM_PROFILE_FILE", "SVT_LOG", "TMPDIR", "TZ",
    ]
    /// Of the locale, the dynamic linker, folders of fonts and caches, the allocator, sanitizers.
    private static let prefixes = [
        "ASAN_", "FC_", "FONTCONFIG_", "LC_", "LD_", "LSAN_", "MALLOC_", "PANGO", "TSAN_", "UBSAN_", "XDG_",
    ]

    /// What of `own`, the coordinator's environment, a worker gets, and what else it needs.
    static func variables(from own: [String: String] = ProcessInfo.processInfo.environment) -> [String: String] {
        var variables = own.filter { name, _ in names.contains(name) || prefixes.contains { name.hasPrefix($0) } }
        #if DEBUG
            for (name, value) in own where name.hasPrefix("WINDHOVER_TEST_") { variables[name] = value }
        #endif
        // Swift's crash reporter would take seconds over each crash and print pages.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        return variables
    }
}
