import type { HaproxyVersion } from "./HaproxyVersion.ts"

/**
 * A kind of section: the keyword that opens it, and where the Data Plane API keeps it.
 *
 * @category sections
 * @since 0.1.0
 */
export interface SectionKind {
  readonly keyword: string
  /** The collection under `/services/haproxy/configuration`; absent where the API doesn't know the kind. */
  readonly collection?: string
  /** How often it may stand in a file: one that accumulates, or many told apart by name. */
  readonly named: "required" | "optional" | "never"
  /** Whether `from DEFAULTS` may follow the name. */
  readonly inherits?: true
  readonly since?: HaproxyVersion
  readonly until?: HaproxyVersion
}

const kinds = [
  { keyword: "global", collection: "global", named: "never" },
  { keyword: "defaults", collection: "defaults", named: "optional", inherits: true },
  { keyword: "userlist", collection: "userlists", named: "required" },
  { keyword: "peers", collection: "peer_section", named: "required" },
  { keyword: "mailers", collection: "mailers_section", named: "required" },
  { keyword: "resolvers", collection: "resolvers", named: "required" },
  { keyword: "cache", collection: "caches", named: "required" },
  { keyword: "ring", collection: "rings", named: "required" },
  { keyword: "traces", collection: "traces", named: "never", since: "3.1" },
  { keyword: "log-forward", collection: "log_forwards", named: "required" },
  { keyword: "log-profile", collection: "log_profiles", named: "required", since: "3.1" },
  { keyword: "http-errors", collection: "http_errors_sections", named: "required" },
  { keyword: "healthcheck", collection: "healthchecks", named: "required", since: "3.4" },
  { keyword: "acme", collection: "acme", named: "required", since: "3.2" },
  { keyword: "crt-store", collection: "crt_stores", named: "optional", since: "3.0" },
  { keyword: "fcgi-app", collection: "fcgi_apps", named: "required" },
  { keyword: "program", collection: "programs", named: "required", until: "3.2" },
  { keyword: "frontend", collection: "frontends", named: "required", inherits: true },
  { keyword: "backend", collection: "backends", named: "required", inherits: true },
  { keyword: "listen", named: "required", inherits: true },
  { keyword: "namespace_list", named: "never" }
] as const satisfies ReadonlyArray<SectionKind>

/**
 * The keywords that open a section.
 *
 * @category sections
 * @since 0.1.0
 */
export type SectionKeyword = (typeof kinds)[number]["keyword"]

/**
 * All kinds of sections of HAProxy 2.6 to 3.4, in the order in which the Data Plane API writes them to the file.
 *
 * @category sections
 * @since 0.1.0
 */
export const sectionKinds: ReadonlyArray<SectionKind & { readonly keyword: SectionKeyword }> = kinds

/**
 * The kinds by their keyword.
 *
 * @category sections
 * @since 0.1.0
 */
export const sectionKindByKeyword: ReadonlyMap<string, SectionKind & { readonly keyword: SectionKeyword }> = new Map(
  sectionKinds.map((kind) => [kind.keyword, kind])
)
