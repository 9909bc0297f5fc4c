import CLI
import Foundation

exit(await Windhover.main())
