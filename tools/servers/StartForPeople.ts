import { Context, Effect, Layer, type Scope } from "effect"
import { type HaproxyVersion, haproxyVersions, type ServerName } from "./Catalog.ts"
import { CrdServer } from "./CrdServer.ts"
import { Etcd } from "./Etcd.ts"
import { HaproxyServer } from "./HaproxyServer.ts"
import { KubeApiServer } from "./KubeApiServer.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"

type Facts = ReadonlyArray<readonly [what: string, value: string]>
type Start = Effect.Effect<Facts, ServerFailed | ServerUnavailable, Scope.Scope>

/** A configuration to look at when none is given: it answers every request. */
const greeting = `global
  @STATS@
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend web
  bind 127.0.0.1:@PORT@
  http-request return status 200 content-type text/plain string "HAProxy is here"
`

const haproxy = (version: HaproxyVersion, config = greeting): Start =>
  Effect.map(
    HaproxyServer.start({
      version,
      config: ({ directory, statsSocket, port }) =>
        config
          .replaceAll("@DIR@", () => directory)
          .replaceAll("@STATS@", () => statsSocket)
          .replaceAll("@PORT@", () => String(port(0)))
    }),
    (server) => [
      ["version", server.version],
      ["@PORT@", String(server.port(0))],
      ["configuration", server.configFile],
      ["runtime socket", server.runtimeSocket],
      ["master socket", server.masterSocket]
    ]
  )

const etcd: Start = Effect.map(Etcd.start, ({ url }) => [["url", url]])

const kubeApiServer: Start = Effect.map(Layer.build(KubeApiServer.layer), (services) => {
  const { url, caFile, kubeconfigs } = Context.get(services, KubeApiServer)
  return [
    ["url", url],
    ["etcd", Context.get(services, Etcd).url],
    ["authority", caFile],
    ["admin", `KUBECONFIG=${kubeconfigs.admin}`],
    ["operator", `KUBECONFIG=${kubeconfigs.operator}`],
    ["nobody", `KUBECONFIG=${kubeconfigs.nobody}`]
  ]
})

const crdServer: Start = Effect.map(Layer.build(CrdServer.layer), (services) => {
  const { url, pki, kubeconfig } = Context.get(services, CrdServer)
  return [
    ["url", url],
    ["etcd", Context.get(services, Etcd).url],
    ["authority", pki.caFile],
    ["admin", `KUBECONFIG=${kubeconfig}`]
  ]
})

/**
 * Starts a server for the scope and returns what a person needs to use it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startForPeople = (server: ServerName, config: string | undefined): Start => {
  const version = haproxyVersions.find((one) => server === `haproxy-${one}`)
  if (version !== undefined) return haproxy(version, config)
  if (server === "etcd") return etcd
  return server === "crdserver" ? crdServer : kubeApiServer
}
