import type { TypeOf } from "./Args.ts"
import type { acme } from "./section/acme.ts"
import type { Backend } from "./section/backend.ts"
import type { cache } from "./section/cache.ts"
import type { crtStore } from "./section/crtStore.ts"
import type { fcgiApp } from "./section/fcgiApp.ts"
import type { global } from "./section/global.ts"
import type { healthcheck } from "./section/healthcheck.ts"
import type { httpErrors } from "./section/httpErrors.ts"
import type { logForward } from "./section/logForward.ts"
import type { logProfile } from "./section/logProfile.ts"
import type { mailers } from "./section/mailers.ts"
import type { peers } from "./section/peers.ts"
import type { program } from "./section/program.ts"
import type { resolvers } from "./section/resolvers.ts"
import type { ring } from "./section/ring.ts"
import type { traces } from "./section/traces.ts"
import type { userlist } from "./section/userlist.ts"

export type { Quoted } from "./Args.ts"
export type { Acl } from "./resource/acl.ts"
export type { Balance } from "./resource/balance.ts"
export type { Bind } from "./resource/bind.ts"
export type { Cookie } from "./resource/cookie.ts"
export type { Filter } from "./resource/filter.ts"
export type { HttpAfterResponseRule } from "./resource/httpAfterResponse.ts"
export type { HttpCheck } from "./resource/httpCheck.ts"
export type { HttpErrorRule } from "./resource/httpError.ts"
export type { HttpRequestRule } from "./resource/httpRequest.ts"
export type { HttpResponseRule } from "./resource/httpResponse.ts"
export type { LogTarget } from "./resource/logTarget.ts"
export type { QuicInitialRule } from "./resource/quicInitial.ts"
export type { DefaultServer, Server, ServerTemplate } from "./resource/server.ts"
export type { SslFrontUse } from "./resource/sslFrontUse.ts"
export type { StickTable } from "./resource/stickTable.ts"
export type { BackendSwitchingRule, Capture, ServerSwitchingRule, StickRule } from "./resource/switchingRules.ts"
export type { TcpCheck } from "./resource/tcpCheck.ts"
export type { TcpRequestRule } from "./resource/tcpRequest.ts"
export type { TcpResponseRule } from "./resource/tcpResponse.ts"
export type { Backend } from "./section/backend.ts"
export type { Defaults } from "./section/defaults.ts"
export type { Frontend } from "./section/frontend.ts"
export type { Listen } from "./section/listen.ts"

type Of<F extends keyof Backend> = Exclude<Backend[F], undefined>

/** The fields of `global`. */
export type Global = TypeOf<typeof global>
export type Acme = TypeOf<typeof acme>
export type Cache = TypeOf<typeof cache>
export type CrtStore = TypeOf<typeof crtStore>
export type FcgiApp = TypeOf<typeof fcgiApp>
export type HealthCheck = TypeOf<typeof healthcheck>
export type HttpErrors = TypeOf<typeof httpErrors>
export type LogForward = TypeOf<typeof logForward>
export type LogProfile = TypeOf<typeof logProfile>
export type Mailers = TypeOf<typeof mailers>
export type Peers = TypeOf<typeof peers>
export type Program = TypeOf<typeof program>
export type Resolvers = TypeOf<typeof resolvers>
export type Ring = TypeOf<typeof ring>
export type Traces = TypeOf<typeof traces>
export type Userlist = TypeOf<typeof userlist>

/** What a proxy has in an object of its own. */
export type Compression = Of<"compression">
export type EmailAlert = Of<"email_alert">
export type Forwardfor = Of<"forwardfor">
export type HashType = Of<"hash_type">
export type Originalto = Of<"originalto">
export type Redispatch = Of<"redispatch">
export type Source = Of<"source">
export type StatsOptions = Of<"stats_options">
