import { mapped, oneOf, options, type TypeOf, word } from "../Args.ts"
import { bare, valued } from "../Option.ts"

const tlsVersions = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const

/**
 * `ssl-f-use crt FILE [OPTION…]`: a certificate of a frontend, with the options of a certificate list.
 *
 * @category resources
 * @since 0.1.0
 */
export const sslFrontUse = options({
  ...valued("crt", word("certificate")),
  ...valued("ca-file", word("ca_file")),
  ...valued("verify", oneOf("verify", ["none", "optional", "required"])),
  ...valued("alpn", word("alpn")),
  ...bare("allow-0rtt", "allow_0rtt"),
  ...valued("curves", word("curves")),
  ...valued("ecdhe", word("ecdhe")),
  ...valued("ciphers", word("ciphers")),
  ...valued("ciphersuites", word("ciphersuites")),
  ...valued("client-sigalgs", word("client_sigalgs")),
  ...valued("crl-file", word("crl_file")),
  ...bare("no-ca-names", "no_ca_names"),
  ...valued("npn", word("npn")),
  ...valued("sigalgs", word("sigalgs")),
  ...valued("ssl-max-ver", oneOf("ssl_max_ver", tlsVersions)),
  ...valued("ssl-min-ver", oneOf("ssl_min_ver", tlsVersions)),
  ...bare("no-alpn", "no_alpn"),
  ...valued("key", word("key")),
  ...valued("issuer", word("issuer")),
  ...valued("ocsp", word("ocsp")),
  ...valued("sctl", word("sctl")),
  ...valued("ocsp-update", mapped("ocsp_update", { on: "enabled", off: "disabled" }))
})

/**
 * A certificate of a frontend.
 *
 * @category resources
 * @since 0.1.0
 */
export type SslFrontUse = TypeOf<typeof sslFrontUse>
