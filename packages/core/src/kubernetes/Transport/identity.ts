import type { KubeConfig } from "@kubernetes/client-node"
import { Clock, Effect } from "effect"
import type { RequestOptions } from "node:https"
import { KubernetesError, NotConfigured } from "../KubernetesError.ts"
import { noteRead, tokenOf } from "./oidc.ts"

/** Where the settings of a connection come from. */
export interface Source {
  /** A kubeconfig; without it those that `KUBECONFIG` names, `~/.kube/config`, or the cluster that this runs in. */
  readonly kubeconfig?: string
  /** A context of it; the current one if left out. */
  readonly context?: string
  /** The cluster that this runs in, whatever kubeconfig there is; its files are looked for below `root`. */
  readonly inCluster?: { readonly root?: string }
}

/** Who asks whom: what a connection and the headers of each request are made of. */
export interface Identity {
  readonly server: string
  /** The namespace of the context. */
  readonly namespace: string
  readonly headers: { readonly [name: string]: string }
  readonly tls: {
    readonly ca?: Buffer | string
    readonly cert?: Buffer | string
    readonly key?: Buffer | string
    readonly servername?: string
    readonly rejectUnauthorized?: boolean
  }
  readonly proxy: string | undefined
}

const notConfigured = (because: string) => new KubernetesError({ reason: new NotConfigured({ because }) })

/** Reads the settings. What a program or a provider of tokens said before is forgotten: they are asked anew. */
export const load = (source: Source): Effect.Effect<KubeConfig, KubernetesError> =>
  Effect.gen(function* () {
    const { KubeConfig } = yield* Effect.promise(() => import("./clientNode.ts"))
    const config = new KubeConfig()
    yield* Effect.try({
      try: () => {
        if (source.inCluster !== undefined) config.loadFromCluster(source.inCluster.root)
        else if (source.kubeconfig !== undefined) config.loadFromFile(source.kubeconfig)
        else config.loadFromDefault()
      },
      // A kubeconfig holds secrets, and a parser's error the lines around the place: neither is told.
      catch: (cause) =>
        notConfigured(
          `the kubeconfig ${source.kubeconfig ?? "of this user"} can't be read (${codeOf(cause)}); name one with --kubeconfig or KUBECONFIG`
        )
    })
    // What client-node makes up where it finds nothing.
    if (config.getCurrentContext() === "loaded-context") {
      return yield* notConfigured("there is no kubeconfig; name one with --kubeconfig or KUBECONFIG")
    }
    if (source.context !== undefined) config.setCurrentContext(source.context)
    noteRead(config)
    if (config.getCurrentCluster() === null) {
      const known = config.getContexts().map(({ name }) => name)
      return yield* notConfigured(
        `the kubeconfig has no context '${config.getCurrentContext()}' with a cluster; it has: ${known.join(", ") || "none"}`
      )
    }
    return config
  })

const codeOf = (cause: unknown): string =>
  cause instanceof Error ? ("code" in cause && typeof cause.code === "string" ? cause.code : cause.name) : "no reason"

/** Works out who asks: reads certificates and tokens, asks the program or the provider where the kubeconfig names one. */
export const identify = (config: KubeConfig): Effect.Effect<Identity, KubernetesError> =>
  Effect.gen(function* () {
    const cluster = config.getCurrentCluster()
    const server = cluster?.server ?? ""
    if (!/^https?:\/\//u.test(server)) {
      return yield* notConfigured(`the server '${server}' of the kubeconfig is no http or https address`)
    }
    if (server.startsWith("http:") && cluster?.skipTLSVerify !== true) {
      return yield* notConfigured(
        `${server} would carry credentials in the clear; use https, or set insecure-skip-tls-verify for a server of this machine`
      )
    }
    tellProgram(config)
    const options: RequestOptions = {}
    const token = yield* tokenOf(config, yield* Clock.currentTimeMillis)
    const asking = token === undefined ? config : yield* withToken(config, token)
    yield* Effect.tryPromise({
      try: () => asking.applyToHTTPSOptions(options),
      // What a program of the kubeconfig prints may hold a token: it is not repeated.
      catch: (cause) => notConfigured(`no credentials for ${server}: ${why(config, cause)}`)
    })
    const { auth, ca, cert, key, rejectUnauthorized, servername } = options
    const basic = typeof auth === "string" ? { authorization: `Basic ${Buffer.from(auth).toString("base64")}` } : {}
    return {
      server: server.replace(/\/+$/u, ""),
      namespace: config.getContextObject(config.getCurrentContext())?.namespace?.trim() ?? "default",
      headers: { ...basic, ...plainHeaders(options) },
      tls: {
        ...(typeof ca === "string" || Buffer.isBuffer(ca) ? { ca } : {}),
        ...(typeof cert === "string" || Buffer.isBuffer(cert) ? { cert } : {}),
        ...(typeof key === "string" || Buffer.isBuffer(key) ? { key } : {}),
        ...(servername === undefined ? {} : { servername }),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized })
      },
      proxy: cluster?.proxyUrl
    }
  })

/** The same settings, with a token at hand instead of a provider that is asked for one. */
const withToken = (config: KubeConfig, token: string) =>
  Effect.map(
    Effect.promise(() => import("./clientNode.ts")),
    ({ KubeConfig }) => {
      const { authProvider: _, ...user } = config.getCurrentUser() ?? { name: "me" }
      const other = new KubeConfig()
      other.loadFromOptions({
        clusters: config.getClusters(),
        contexts: config.getContexts(),
        currentContext: config.getCurrentContext(),
        users: [{ ...user, token }]
      })
      return other
    }
  )

const plainHeaders = ({ headers }: RequestOptions): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), String(value).trim()]]
    )
  )

const why = (config: KubeConfig, cause: unknown): string => {
  const program: unknown = config.getCurrentUser()?.exec?.command
  return typeof program === "string"
    ? `the program '${program}' gave none (${codeOf(cause)}); run it by hand to see why`
    : `${codeOf(cause)}; check the user of the kubeconfig's context`
}

/** A program that gives credentials is told which version to speak, and of the cluster where it asks for it. */
const tellProgram = (config: KubeConfig): void => {
  const exec = config.getCurrentUser()?.exec
  const cluster = config.getCurrentCluster()
  if (exec === undefined || exec === null) return
  const spec = {
    interactive: false,
    ...(exec.provideClusterInfo === true
      ? {
          cluster: {
            server: cluster?.server,
            "certificate-authority-data": cluster?.caData,
            "insecure-skip-tls-verify": cluster?.skipTLSVerify
          }
        }
      : {})
  }
  const value = JSON.stringify({ apiVersion: exec.apiVersion, kind: "ExecCredential", spec })
  const others: ReadonlyArray<{ readonly name: string; readonly value: string }> = exec.env ?? []
  exec.env = [...others.filter(({ name }) => name !== execInfo), { name: execInfo, value }]
}

const execInfo = "KUBERNETES_EXEC_INFO"
