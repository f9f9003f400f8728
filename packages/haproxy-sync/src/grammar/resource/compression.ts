import { modelled, oneOf, size, word, words } from "../Args.ts"
import { directive, inside } from "../Line.ts"
import { present } from "../ValueLine.ts"

/** HAProxy adds up what several lines name. */
const added = { accumulates: true } as const

/**
 * The lines of `compression` that all proxies have, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const compression = inside(
  "compression",
  directive("compression algo", words("algorithms"), added),
  directive("compression algo-req", word("algo-req")),
  directive("compression algo-res", words("algos-res"), added),
  directive("compression type", words("types"), added),
  directive("compression type-req", words("types-req"), added),
  directive("compression type-res", words("types-res"), added),
  present("compression offload", "offload")
)

/**
 * `compression direction WHICH`, which frontends lack.
 *
 * @category resources
 * @since 0.1.0
 */
export const compressionDirection = inside(
  "compression",
  directive("compression direction", oneOf("direction", ["request", "response", "both"]))
)

/**
 * From which size on is compressed.
 *
 * @category resources
 * @since 0.1.0
 */
export const compressionSizes = inside(
  "compression",
  directive("compression minsize-req", modelled({ since: "3.1" }, size("minsize_req", { omitZero: true }))),
  directive("compression minsize-res", modelled({ since: "3.1" }, size("minsize_res", { omitZero: true })))
)
