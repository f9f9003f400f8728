import { acme } from "./section/acme.ts"
import { backend } from "./section/backend.ts"
import { cache } from "./section/cache.ts"
import { crtStore } from "./section/crtStore.ts"
import { defaults } from "./section/defaults.ts"
import { fcgiApp } from "./section/fcgiApp.ts"
import { frontend } from "./section/frontend.ts"
import { global } from "./section/global.ts"
import { healthcheck } from "./section/healthcheck.ts"
import { httpErrors } from "./section/httpErrors.ts"
import { listen } from "./section/listen.ts"
import { logProfile } from "./section/logProfile.ts"
import { logForward } from "./section/logForward.ts"
import { mailers } from "./section/mailers.ts"
import { peers } from "./section/peers.ts"
import { program } from "./section/program.ts"
import { resolvers } from "./section/resolvers.ts"
import { ring } from "./section/ring.ts"
import { traces } from "./section/traces.ts"
import { userlist } from "./section/userlist.ts"
import type { SectionGrammar } from "./SectionGrammar.ts"

/**
 * The grammars of all kinds of sections, by their keyword.
 *
 * @category sections
 * @since 0.1.0
 */
export const grammars: ReadonlyMap<string, SectionGrammar<unknown>> = new Map(
  [
    global,
    defaults,
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
    backend,
    listen
  ].map((grammar) => [grammar.keyword, grammar])
)
