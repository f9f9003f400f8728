import type { Dialect } from "./Dialect.ts"

/** What names in some paths may consist of: characters that mean something on HAProxy's socket are not among them. */
const safe = String.raw`^[^\r\n<>*;$#&{}"]+$`

/** The places of such names, with what the server calls them. */
const places: ReadonlyArray<readonly [RegExp, string]> = [
  [/\/configuration\/[^/]+\/([^/]+)\/[^/]+/, "parent_name"],
  [/\/runtime\/(?:backends|maps|acls|stick_tables)\/([^/]+)\/(?:servers|entries)/, "parent_name"],
  [/\/runtime\/acls\/([^/]+)$/, "id"],
  [/\/runtime\/(?:acls|maps)\/[^/]+\/entries\/([^/]+)$/, "id"],
  [/\/runtime\/(?:backends\/[^/]+\/servers|maps|stick_tables|ssl_certs|ssl_ca_files|ssl_crl_files)\/([^/]+)$/, "name"]
]

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Refuses a path with a name in it that could be taken for something else than a name.
 *
 * @since 0.1.0
 */
export const checkPathNames = (path: string, dialect: Dialect): void => {
  for (const [place, name] of places) {
    const found = place.exec(path)?.[1]
    if (found !== undefined && !new RegExp(safe).test(decoded(found))) throw dialect.matching(name, "path", safe)
  }
}
