import Glibc

/// What is in a folder.
package enum FolderListing {
    /// Names of all files and folders in `folder`, the working folder where that is empty, in the order of their bytes; nil where it cannot
    /// be read.
    package static func names(in folder: String) -> [String]? {
        guard let stream = opendir(PathText.cString(folder.isEmpty ? "." : folder)) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { PathText.text(of: $0.prefix { $0 != 0 }) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.map { ($0, PathText.bytes(of: $0)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    }
}
