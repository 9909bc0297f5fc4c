/// The program's own name and version, as results record them.
package enum ToolVersion {
    package static let name = "windhover"
    package static let current = "0.1.0"
}
