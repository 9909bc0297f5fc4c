/// Which frames are deinterlaced.
package enum Deinterlacing: String, Sendable, Hashable, CaseIterable, Codable {
    /// Those that are flagged as interlaced.
    case automatic = "auto"
    /// All.
    case on
    case off
}
