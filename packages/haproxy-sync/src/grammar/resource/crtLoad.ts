import { after, joined, mapped, modelled, options, unmodelled, word } from "../Args.ts"

/** Options of `load` that HAProxy knows and the API forgets. */
const forgotten = (keyword: string) => unmodelled(after(keyword, word("value")), "lost")

const params = options({
  crt: after("crt", word("certificate")),
  acme: modelled({ since: "3.2" }, after("acme", word("acme")), "lost"),
  alias: after("alias", word("alias")),
  domains: modelled({ since: "3.2" }, after("domains", joined("domains", ",")), "lost"),
  key: after("key", word("key")),
  ocsp: after("ocsp", word("ocsp")),
  issuer: after("issuer", word("issuer")),
  sctl: after("sctl", word("sctl")),
  "ocsp-update": after("ocsp-update", mapped("ocsp_update", { on: "enabled", off: "disabled" })),
  bits: forgotten("bits"),
  curves: forgotten("curves"),
  "generate-dummy": forgotten("generate-dummy"),
  jwt: forgotten("jwt"),
  keytype: forgotten("keytype")
})

/**
 * `load crt FILE [OPTION…]` of a certificate store.
 *
 * @category resources
 * @since 0.1.0
 */
export const crtLoad: typeof params = {
  ...params,
  parse: (cursor, into) =>
    params.parse(cursor, into) && (into["certificate"] !== undefined || cursor.fail('"crt" and a file'))
}
