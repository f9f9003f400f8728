import { named } from "../Line.ts"
import { crtLoad } from "../resource/crtLoad.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { entries, inVersions, value } from "../ValueLine.ts"

/**
 * The grammar of `crt-store`, which may have no name.
 *
 * @category sections
 * @since 0.1.0
 */
export const crtStore = sectionGrammar(
  "crt-store",
  [
    value("crt-base", "crt_base"),
    value("key-base", "key_base"),
    inVersions({ until: "3.1" }, entries("load", "loads", crtLoad)),
    inVersions({ since: "3.2" }, named("load", "crt_loads", "certificate", crtLoad))
  ],
  { name: "" }
)
