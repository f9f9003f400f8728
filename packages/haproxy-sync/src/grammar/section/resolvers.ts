import { duration } from "../Args.ts"
import { directive, named } from "../Line.ts"
import { nameserver } from "../resource/nameserver.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { positive, present, time } from "../ValueLine.ts"

/**
 * The grammar of `resolvers`.
 *
 * @category sections
 * @since 0.1.0
 */
export const resolvers = sectionGrammar("resolvers", [
  named("nameserver", "nameservers", "name", nameserver),
  time("hold nx", "hold_nx"),
  time("hold obsolete", "hold_obsolete"),
  time("hold other", "hold_other"),
  time("hold refused", "hold_refused"),
  time("hold timeout", "hold_timeout"),
  time("hold valid", "hold_valid"),
  directive("timeout resolve", duration("timeout_resolve", { omitZero: true })),
  directive("timeout retry", duration("timeout_retry", { omitZero: true })),
  positive("accepted_payload_size", "accepted_payload_size"),
  present("parse-resolv-conf", "parse-resolv-conf"),
  positive("resolve_retries", "resolve_retries")
])
