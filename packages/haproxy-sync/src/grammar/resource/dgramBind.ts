import { options, sequence, word } from "../Args.ts"
import { bare, valued } from "../Option.ts"
import { bindAddress } from "./bindAddress.ts"
import { namedByAddress } from "./namedByAddress.ts"

/**
 * `dgram-bind ADDRESS[:PORT] [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const dgramBind = namedByAddress(
  sequence(
    bindAddress,
    options({
      ...valued("name", word("name")),
      ...bare("transparent", "transparent"),
      ...valued("interface", word("interface")),
      ...valued("namespace", word("namespace"))
    })
  )
)
