import { integer, oneOf, optional, sequence, word } from "./Args.ts"
import { directive, each, named, switchLine, toggle } from "./Line.ts"
import { duration } from "./Args.ts"
import { condition, rest } from "./Args.ts"
import { server } from "./resource/server.ts"
import { acme } from "./section/acme.ts"
import { cache } from "./section/cache.ts"
import { crtStore } from "./section/crtStore.ts"
import { fcgiApp } from "./section/fcgiApp.ts"
import { global } from "./section/global.ts"
import { healthcheck } from "./section/healthcheck.ts"
import { httpErrors } from "./section/httpErrors.ts"
import { logProfile } from "./section/logProfile.ts"
import { logForward } from "./section/logForward.ts"
import { mailers } from "./section/mailers.ts"
import { peers } from "./section/peers.ts"
import { program } from "./section/program.ts"
import { resolvers } from "./section/resolvers.ts"
import { ring } from "./section/ring.ts"
import { traces } from "./section/traces.ts"
import { userlist } from "./section/userlist.ts"
import { type SectionGrammar, sectionGrammar } from "./SectionGrammar.ts"

/** What `frontend`, `backend`, `defaults` and `listen` share. */
const proxy = [
  directive("mode", oneOf("mode", ["http", "tcp", "log", "spop"])),
  each("acl", "acl_list", sequence(word("acl_name"), word("criterion"), optional(rest("value")))),
  switchLine("option tcplog", "tcplog"),
  toggle("option dontlognull", "dontlognull")
] as const

const backend = sectionGrammar("backend", [
  ...proxy,
  directive("timeout connect", duration("connect_timeout")),
  directive("timeout server", duration("server_timeout")),
  named("server", "servers", "name", server)
])

const frontend = sectionGrammar("frontend", [
  ...proxy,
  directive("maxconn", integer("maxconn", { min: 0, runtime: true })),
  directive("timeout client", duration("client_timeout")),
  each("use_backend", "backend_switching_rule_list", sequence(word("name"), condition)),
  directive("default_backend", word("default_backend"))
])

/**
 * The grammars of all kinds of sections, by their keyword.
 *
 * @category sections
 * @since 0.1.0
 */
export const grammars: ReadonlyMap<string, SectionGrammar<unknown>> = new Map(
  [
    global,
    userlist,
    mailers,
    resolvers,
    cache,
    traces,
    logForward,
    logProfile,
    peers,
    ring,
    healthcheck,
    httpErrors,
    acme,
    crtStore,
    fcgiApp,
    program,
    frontend,
    backend
  ].map((grammar) => [grammar.keyword, grammar])
)
