import { each } from "../Line.ts"
import { checkTypes } from "../resource/checkType.ts"
import { httpCheck } from "../resource/httpCheck.ts"
import { tcpCheck } from "../resource/tcpCheck.ts"
import { sectionGrammar } from "../SectionGrammar.ts"

/**
 * The grammar of `healthcheck`.
 *
 * @category sections
 * @since 0.1.0
 */
export const healthcheck = sectionGrammar("healthcheck", [
  ...checkTypes,
  each("tcp-check", "tcp_check_list", tcpCheck),
  each("http-check", "http_check_list", httpCheck)
])
