import { basename } from "node:path/posix"

/**
 * The kinds of files that a Data Plane API keeps beside the configuration.
 *
 * **Details**
 *
 * `general` is for all that has no kind of its own: ACL files, error pages, Lua, the certificates of authorities, and lists of
 * certificates, which the server would reload HAProxy for if they were stored as such.
 *
 * @category files
 * @since 0.1.0
 */
export const storageKinds = ["maps", "general", "ssl_certificates", "ssl_crt_lists"] as const

/**
 * A kind of files that a Data Plane API keeps beside the configuration.
 *
 * @category files
 * @since 0.1.0
 */
export type StorageKind = (typeof storageKinds)[number]

/** What a server makes of the name of a file that it is given. */
export const renamed = (name: string, kind: StorageKind): string => {
  const base = basename(name)
  const dot = base.lastIndexOf(".")
  const plain = (text: string) => text.replace(/[^a-zA-Z0-9_\\-]+/g, "_")
  const stem = plain(dot < 0 ? base : base.slice(0, dot))
  const clean =
    dot < 0 ? stem : stem === "" ? `_${plain(base.slice(dot + 1))}` : `${stem}.${plain(base.slice(dot + 1))}`
  return kind === "maps" && !clean.endsWith(".map") ? `${clean}.map` : clean
}

/**
 * Returns the name under which a file can be stored at a Data Plane API, and found again: all but letters, digits, `_` and `-` becomes
 * `_`, and maps end in `.map`.
 *
 * **Gotchas**
 *
 * The configuration has to refer to this name. Two names may become the same. The server itself would store a map `shop.hosts` as
 * `shop.hosts.map`, and not find it under that name again: it is given the name that stays.
 *
 * **Example** (A map)
 *
 * ```ts
 * import { storedName } from "@lockstep/haproxy-sync"
 *
 * storedName("shop.example hosts", "maps") // "shop_example_hosts.map"
 * ```
 *
 * @category files
 * @since 0.1.0
 */
export const storedName = (name: string, kind: StorageKind): string => {
  const once = renamed(name, kind)
  return once === name ? once : storedName(once, kind)
}
