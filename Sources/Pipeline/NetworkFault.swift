import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Why a server cannot be reached, in words.
enum NetworkFault {
    /// A clause about the server.
    static func reason(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .cannotFindHost?, .dnsLookupFailed?: "its address is not known (no network?)"
        case .cannotConnectToHost?: "it refuses the connection"
        case .notConnectedToInternet?: "there is no network"
        case .timedOut?: "no answer in time"
        case .networkConnectionLost?: "the connection broke"
        case .secureConnectionFailed?, .serverCertificateUntrusted?: "no secure connection"
        default: error.localizedDescription
        }
    }
}
