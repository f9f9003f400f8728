import type { Draft } from "../grammar/Args.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"

/**
 * How a child collection of a section is called and its items are named in operations.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export interface ChildWords {
  /** The key that operations carry. */
  readonly section: string
  /** What people read. */
  readonly noun: string
  /** The field of an item that people know it by. */
  readonly label: string | ((item: Readonly<Draft>) => string)
  /** Whether the label stands in parentheses, as a kind of rule, or in apostrophes, as a name. */
  readonly style: "kind" | "name"
}

/** How an address is told in a bind's label: certificates included, since they are what changes. */
const bindLabel = (bind: Readonly<Draft>): string => {
  const { address, name, port, ssl, ssl_certificate: certificate } = bind
  const place =
    port === undefined
      ? String(name)
      : `${address === undefined || address === "" ? "*" : String(address)}:${String(port)}`
  return `${place}${ssl === true ? " ssl" : ""}${typeof certificate === "string" ? ` crt ${certificate}` : ""}`
}

const kind = (section: string, noun: string, label: ChildWords["label"] = "type"): ChildWords => ({
  section,
  noun,
  label,
  style: "kind"
})
const name = (section: string, noun: string, label: ChildWords["label"] = "name"): ChildWords => ({
  section,
  noun,
  label,
  style: "name"
})

/**
 * The child collections by their field in the full-section model. The words are those of the reference implementation, so that
 * scripts written for it go on working.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const childWords: Readonly<Record<string, ChildWords>> = {
  acl_list: name("acl", "ACL", "acl_name"),
  backend_switching_rule_list: kind("backend_switching_rule", "backend switching rule", "name"),
  binds: name("bind", "bind", bindLabel),
  capture_list: kind("capture", "capture"),
  crt_loads: name("crt_load", "certificate load", "certificate"),
  dgram_binds: name("dgram_bind", "datagram bind"),
  filter_list: kind("filter", "filter"),
  force_be_switch_list: kind("force_be_switch", "forced backend switch", "cond_test"),
  groups: name("group", "group"),
  http_after_response_rule_list: kind("http_after_response_rule", "HTTP after response rule"),
  http_check_list: kind("http_check", "HTTP check"),
  http_error_rule_list: kind("http_error_rule", "HTTP error rule"),
  http_request_rule_list: kind("http_request_rule", "HTTP request rule"),
  http_response_rule_list: kind("http_response_rule", "HTTP response rule"),
  log_target_list: kind("log_target", "log target", "address"),
  mailer_entries: name("mailer_entry", "mailer entry"),
  nameservers: name("nameserver", "nameserver"),
  peer_entries: name("peer_entry", "peer entry"),
  quic_initial_rule_list: kind("quic_initial_rule", "quic-initial-rule", () => ""),
  server_switching_rule_list: kind("server_switching_rule", "server switching rule", "target_server"),
  server_templates: name("server_template", "server template", "prefix"),
  servers: name("server", "server"),
  ssl_front_use_list: kind("ssl_front_use", "frontend certificate", "certificate"),
  stick_rule_list: kind("stick_rule", "stick rule"),
  tables: name("table", "table"),
  tcp_check_list: kind("tcp_check", "TCP check", "action"),
  tcp_check_rule_list: kind("tcp_check", "TCP check", "action"),
  tcp_request_rule_list: kind("tcp_request_rule", "TCP request rule"),
  tcp_response_rule_list: kind("tcp_response_rule", "TCP response rule"),
  users: name("user", "user", "username")
}

/**
 * How a kind of section is called in operations: the key they carry, and what people read.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const sectionWords: Readonly<
  Record<SectionKeyword, { readonly section: string; readonly noun: string; readonly parent?: string }>
> = {
  acme: { section: "acme_provider", noun: "acme-provider" },
  backend: { section: "backend", noun: "backend" },
  cache: { section: "cache", noun: "cache" },
  "crt-store": { section: "crt_store", noun: "crt-store" },
  defaults: { section: "defaults", noun: "defaults section", parent: "defaults" },
  "fcgi-app": { section: "fcgi_app", noun: "fcgi-app" },
  frontend: { section: "frontend", noun: "frontend" },
  global: { section: "global", noun: "global section" },
  healthcheck: { section: "healthcheck", noun: "healthcheck" },
  "http-errors": { section: "http_errors", noun: "http-errors section" },
  listen: { section: "listen", noun: "listen section" },
  "log-forward": { section: "log_forward", noun: "log-forward" },
  "log-profile": { section: "log_profile", noun: "log-profile" },
  mailers: { section: "mailers", noun: "mailers", parent: "mailers section" },
  namespace_list: { section: "namespace_list", noun: "namespace list" },
  peers: { section: "peers", noun: "peer section" },
  program: { section: "program", noun: "program" },
  resolvers: { section: "resolver", noun: "resolver", parent: "resolvers section" },
  ring: { section: "ring", noun: "ring" },
  traces: { section: "traces", noun: "traces section" },
  userlist: { section: "userlist", noun: "userlist" }
}

/**
 * Reports whether a field of a section's model is a collection of children with operations of their own. Other lists, such as
 * `ignore_persist_list`, are fields of the section itself.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const isChildField = ({ name }: { readonly name: string }): boolean => Object.hasOwn(childWords, name)

/** The children that have operations of their own, as the reference implementation tells them apart; others are part of the section. */
const childrenToldApart: Readonly<Partial<Record<SectionKeyword, ReadonlyArray<string> | "all">>> = {
  backend: "all",
  frontend: "all",
  listen: "all",
  mailers: ["mailer_entries"],
  peers: ["peer_entries"],
  resolvers: ["nameservers"],
  userlist: ["users"]
}

/**
 * Reports whether the children in a field have operations of their own; those of other fields are compared with the section itself.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const isToldApart = (keyword: SectionKeyword, field: string): boolean => {
  const told = childrenToldApart[keyword]
  return isChildField({ name: field }) && (told === "all" || told?.includes(field) === true)
}

/**
 * Returns the words for a child collection; one that has none of its own is called by its field.
 *
 * @category vocabulary
 * @since 0.1.0
 */
export const wordsOf = (field: string): ChildWords => childWords[field] ?? name(field, field.replaceAll("_", " "))
