import CLI
import Foundation

exit(await Windhover.main(Array(CommandLine.arguments.dropFirst())))
