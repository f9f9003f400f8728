import { duration, joined, modelled } from "../Args.ts"
import { directive } from "../Line.ts"
import { acmeVars } from "../resource/acmeVars.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { count, onOff, value } from "../ValueLine.ts"

/**
 * The grammar of `acme`.
 *
 * @category sections
 * @since 0.1.0
 */
export const acme = sectionGrammar("acme", [
  value("account-key", "account_key"),
  value("acme-provider", "acme_provider", { until: "3.2" }),
  directive("acme-vars", acmeVars),
  count("bits", "bits"),
  value("challenge", "challenge"),
  directive("challenge-ready", modelled({ since: "3.4" }, joined("challenge_ready", ","))),
  value("contact", "contact"),
  value("curves", "curves"),
  value("directory", "directory"),
  directive("dns-delay", modelled({ since: "3.4" }, duration("dns_delay", { unit: "s" }))),
  directive("dns-timeout", modelled({ since: "3.4" }, duration("dns_timeout", { unit: "s" }))),
  value("keytype", "keytype"),
  value("map", "map"),
  value("profile", "profile", { since: "3.3" }),
  value("provider-name", "acme_provider", { since: "3.3" }),
  onOff("reuse-key", "reuse_key")
])
