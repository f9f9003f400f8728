import type { SectionKeyword } from "../../text/SectionKind.ts"
import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"

/**
 * Which section a PUT changes: the one the path names, the one the body names, the one the path names whatever the body says, or
 * that of the path while the lines are written into that of the body, which fails when they differ; "anew" is the same after all
 * lines were taken away.
 */
export type EditBy = "path" | "body" | "pinned" | "both" | "anew"

/** How the server treats a kind of section, where kinds differ. */
export interface SectionTraits {
  /** What is said of one that a GET doesn't find. */
  readonly missing: (name: string) => string
  /** The same with `full_section`. */
  readonly missingFull: (name: string) => string
  readonly editBy: EditBy
  /** A PUT outside of a transaction asks for no reload, and within one answers 200. */
  readonly quietPut?: true
  /** Absent attributes stay as they are on a PUT. */
  readonly keepsAbsent?: true
  /** What the server calls the body's type. */
  readonly type: string
}

const does = (noun: string) => (name: string) => `${noun} ${name} does not exist`

const traits: Readonly<Partial<Record<SectionKeyword, SectionTraits>>> = {
  global: { missing: does("Global"), missingFull: does("Global"), editBy: "path", type: "GlobalBase" },
  defaults: { missing: does("Defaults section"), missingFull: does("Defaults"), editBy: "path", type: "DefaultsBase" },
  userlist: { missing: does("userlist"), missingFull: does("Userlist"), editBy: "path", type: "UserlistBase" },
  peers: { missing: does("PeerSection"), missingFull: does("PeerSection"), editBy: "path", type: "PeerSectionBase" },
  mailers: {
    missing: (name) => `mailers section '${name}' does not exist`,
    missingFull: does("MailersSection"),
    editBy: "body",
    quietPut: true,
    keepsAbsent: true,
    type: "MailersSectionBase"
  },
  resolvers: { missing: does("Resolver"), missingFull: does("Resolver"), editBy: "both", type: "ResolverBase" },
  cache: { missing: does("Cache"), missingFull: does("Cache"), editBy: "both", type: "Cache" },
  ring: { missing: does("ring"), missingFull: does("Ring"), editBy: "body", type: "RingBase" },
  traces: { missing: does("traces"), missingFull: does("traces"), editBy: "path", quietPut: true, type: "Traces" },
  "log-forward": {
    missing: does("log forward"),
    missingFull: does("LogForward"),
    editBy: "body",
    type: "LogForwardBase"
  },
  "log-profile": {
    missing: (name) => `log-profile section '${name}' does not exist`,
    missingFull: does("LogProfile"),
    editBy: "body",
    quietPut: true,
    type: "LogProfile"
  },
  "http-errors": {
    missing: does("HTTPErrorsSection"),
    missingFull: does("HTTPErrorsSection"),
    editBy: "anew",
    quietPut: true,
    type: "HTTPErrorsSection"
  },
  healthcheck: {
    missing: does("health check"),
    missingFull: does("HealthCheck"),
    editBy: "body",
    type: "HealthCheckBase"
  },
  acme: {
    missing: (name) => `acme section '${name}' does not exist`,
    missingFull: does("acme provider"),
    editBy: "body",
    quietPut: true,
    type: "AcmeProvider"
  },
  "crt-store": {
    missing: (name) => `crt-store section '${name}' does not exist`,
    missingFull: (name) => `CrtStore '${name}' does not exist`,
    editBy: "body",
    quietPut: true,
    type: "CrtStoreBase"
  },
  "fcgi-app": {
    missing: does("FCGI application"),
    missingFull: does("FCGIApp"),
    editBy: "pinned",
    type: "FCGIAppBase"
  },
  program: { missing: does("Program"), missingFull: does("Program"), editBy: "pinned", type: "Program" },
  frontend: { missing: does("Frontend"), missingFull: does("Frontend"), editBy: "path", type: "FrontendBase" },
  backend: { missing: does("Backend"), missingFull: does("Backend"), editBy: "path", type: "BackendBase" }
}

const others: SectionTraits = { missing: does("section"), missingFull: does("section"), editBy: "path", type: "" }

export const sectionTraits = (keyword: SectionKeyword): SectionTraits => traits[keyword] ?? others

/** Whether a line of the API honours `full_section` on a kind's request. */
export const takesFullSection = (keyword: SectionKeyword, verb: "GET" | "POST" | "PUT", api: ApiVersion): boolean => {
  if (keyword === "crt-store") return false
  return !(keyword === "resolvers" && verb === "POST") || apiIn(api, { since: "3.4" })
}

/** What the server calls a kind of section as a parent. */
export const parentNoun = (keyword: SectionKeyword): string => (keyword === "log-forward" ? "log_forward" : keyword)

/** How the server treats a collection of named children. */
export interface NamedTraits {
  readonly missing: (name: string, owner: string, parent: string, verb: string) => string
  readonly exists: (name: string, owner: string, parent: string) => string
  /** What the parent is called when it isn't there. */
  readonly parent?: { readonly read?: string; readonly create?: string }
  /** The list of a parent that isn't there is empty, instead of an error. */
  readonly emptyWithoutParent?: true
  readonly quietPut?: true
  readonly type: string
}

const named = (noun: string, place: string, type: string, options: Partial<NamedTraits> = {}): NamedTraits => ({
  missing: (name, owner) => `${noun} ${name} does not exist in ${place} ${owner}`,
  exists: (name, owner) => `${noun} ${name} already exists in ${place} ${owner}`,
  type,
  ...options
})

export const namedTraits: Readonly<Record<string, NamedTraits>> = {
  servers: {
    missing: (name, owner, parent) => `server ${name} does not exist in ${owner} ${parent}`,
    exists: (name, owner, parent) => `server ${name} already exists in ${owner} ${parent}`,
    emptyWithoutParent: true,
    type: ""
  },
  binds: {
    missing: (name, owner, parent) => `Bind ${name} does not exist in ${owner} ${parent}`,
    exists: (name, owner, parent) => `bind ${name} already exists in ${owner} ${parent}`,
    emptyWithoutParent: true,
    type: ""
  },
  server_templates: named("Server template", "backend", "", { emptyWithoutParent: true }),
  dgram_binds: named("DgramBind", "log-forward", "DgramBind", {
    parent: { read: "log-forward", create: "log-forward" }
  }),
  tables: named("Table", "peer section", "Table", { parent: { create: "tables" } }),
  crt_loads: {
    missing: (name, owner) => `CrtLoad ${name} does not exist in ${owner} crt_store`,
    exists: (name, owner) => `crtLoad ${name} already exists in ${owner} crt_store`,
    parent: { read: "crt_store" },
    quietPut: true,
    type: "CrtLoad"
  },
  nameservers: named("Nameserver", "resolvers section", "Nameserver"),
  mailer_entries: named("MailerEntry", "mailers section", "MailerEntry", {
    missing: (name, owner, _, verb) =>
      `MailerEntry ${name} does not exist in ${verb === "PUT" ? "peer" : "mailers"} section ${owner}`,
    exists: (name, owner) => `MailerEntry ${name} already exists in peer section ${owner}`
  }),
  peer_entries: named("PeerEntry", "peer section", "PeerEntry")
}

/** The lists that answer with an error when their parent isn't there, in the lines before 3.4. */
const strictLists: ReadonlySet<string> = new Set([
  "http_after_response_rule_list",
  "quic_initial_rule_list",
  "ssl_front_use_list"
])

/** Whether the list of a parent that isn't there is empty, instead of an error. */
export const emptyWithoutParent = (field: string, api: ApiVersion): boolean =>
  (apiIn(api, { since: "3.4" }) && !/^(nameservers|mailer_entries|peer_entries|crt_loads)$/.test(field)) ||
  (namedTraits[field]?.emptyWithoutParent ?? !(field in namedTraits || strictLists.has(field)))

/** The lists of rules under `defaults` that 3.2 has routes for and nothing behind them, by the verbs that answer 501. */
export const notImplemented = (keyword: SectionKeyword, field: string, api: ApiVersion): "all" | "list" | undefined => {
  if (keyword !== "defaults" || !apiIn(api, { since: "3.2", until: "3.3" })) return undefined
  if (/^(acl|http_request_rule|http_after_response_rule)_list$/.test(field)) return "all"
  return /^(http_response|tcp_request|tcp_response)_rule_list$/.test(field) ? "list" : undefined
}
