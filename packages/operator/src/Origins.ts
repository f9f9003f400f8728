/**
 * What an operator would work by, and where each value comes from.
 *
 * @since 0.1.0
 */
import { LabelVocabulary, LifecycleState, PullRequest, type OperatorConfig } from "@lockstep/github-sync"
import type * as ConfigFile from "./ConfigFile.ts"

/**
 * Where a value comes from: what Lockstep does by itself, a file, a variable of the environment, a flag. The later come before the
 * earlier, except that variables that other programs share, such as `GITHUB_TOKEN`, come after the file.
 *
 * @category models
 * @since 0.1.0
 */
export interface Origin {
  readonly kind: "default" | "file" | "environment" | "flag"
  /** The file with line and column, the variable, or the flag. */
  readonly from?: string
}

/**
 * A value, and where it comes from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Setting {
  readonly name: string
  /** What a secret is, is not told: only that there is one, or where it will be read. */
  readonly value: unknown
  readonly origin: Origin
}

/**
 * What the values may come from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sources {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly file?: { readonly name: string; readonly read: ConfigFile.Read }
  /** By the names of the flags, without `--`; those that were not given are left out. */
  readonly flags?: { readonly [flag: string]: unknown }
}

type Spec = OperatorConfig["spec"]

interface Row {
  readonly name: string
  readonly flag?: string
  /** The variables, the first before the file and, where `after` says so, the others after it. */
  readonly variable?: string
  readonly after?: string
  readonly path?: ReadonlyArray<string>
  /** Shows what a variable holds; as it is if left out. */
  readonly shown?: (value: string) => unknown
  /** Shows what the file says. */
  readonly of?: (spec: Spec) => unknown
  readonly standard?: unknown
}

const redacted = "<redacted>"

// The name and the password that a URL may hold are nobody's business.
const withoutUser = (text: string): string => {
  if (!URL.canParse(text)) return redacted
  const url = new URL(text)
  if (url.username === "" && url.password === "") return text
  url.username = ""
  url.password = ""
  return url.href
}

const secretAt = ({ key, name }: { readonly name: string; readonly key: string }) => `secret ${name}, key ${key}`

const rows: ReadonlyArray<Row> = [
  {
    name: "repositories",
    flag: "repo",
    path: ["repositories"],
    of: ({ repositories }) =>
      repositories.map((one) =>
        one.labels === undefined
          ? PullRequest.formatRepository(one)
          : { ...one.labels, repository: PullRequest.formatRepository(one) }
      ),
    standard: []
  },
  { name: "clusters", flag: "cluster", path: ["clusters"], of: ({ clusters }) => clusters, standard: [] },
  {
    name: "syncIntervalSeconds",
    flag: "interval",
    path: ["syncIntervalSeconds"],
    of: ({ syncIntervalSeconds }) => syncIntervalSeconds,
    standard: 120
  },
  { name: "prune", flag: "prune", path: ["prune"], of: ({ prune }) => prune, standard: "keep" },
  { name: "labels.prefix", path: ["labels", "prefix"], of: ({ labels }) => labels?.prefix, standard: "cd/" },
  ...LifecycleState.all.map((state): Row => ({
    name: `labels.names.${state}`,
    path: ["labels", "names", state],
    of: ({ labels }) => labels?.names?.[state],
    standard: LabelVocabulary.standard.labels[state].name.replace("cd/", "")
  })),
  { name: "labels.lost", path: ["labels", "lost"], of: ({ labels }) => labels?.lost, standard: "recreate" },
  {
    name: "qualification.checks",
    path: ["qualification", "checks"],
    of: ({ qualification }) => qualification?.checks,
    standard: "all"
  },
  {
    name: "qualification.named",
    path: ["qualification", "named"],
    of: ({ qualification }) => qualification?.named
  },
  {
    name: "qualification.approvals",
    path: ["qualification", "approvals"],
    of: ({ qualification }) => qualification?.approvals,
    standard: 0
  },
  {
    name: "github.url",
    variable: "LOCKSTEP_GITHUB_URL",
    after: "GITHUB_API_URL",
    shown: withoutUser,
    path: ["github", "url"],
    of: ({ github }) => github?.url,
    standard: "https://api.github.com"
  },
  {
    name: "github.token",
    variable: "LOCKSTEP_GITHUB_TOKEN",
    after: "GITHUB_TOKEN",
    shown: () => redacted,
    path: ["github", "tokenSecretRef"],
    of: ({ github }) => (github?.tokenSecretRef === undefined ? undefined : secretAt(github.tokenSecretRef))
  },
  {
    name: "github.app.id",
    variable: "LOCKSTEP_GITHUB_APP_ID",
    path: ["github", "app", "id"],
    of: ({ github }) => github?.app?.id
  },
  {
    name: "github.app.installation",
    variable: "LOCKSTEP_GITHUB_APP_INSTALLATION",
    path: ["github", "app", "installation"],
    of: ({ github }) => github?.app?.installation
  },
  {
    name: "github.app.privateKey",
    variable: "LOCKSTEP_GITHUB_APP_PRIVATE_KEY",
    shown: () => redacted,
    path: ["github", "app", "privateKeySecretRef"],
    of: ({ github }) => (github?.app === undefined ? undefined : secretAt(github.app.privateKeySecretRef))
  },
  { name: "github.timeout", variable: "LOCKSTEP_GITHUB_TIMEOUT", standard: "30 seconds" },
  { name: "github.writeInterval", variable: "LOCKSTEP_GITHUB_WRITE_INTERVAL", standard: "1 second" },
  { name: "github.cache", variable: "LOCKSTEP_GITHUB_CACHE" },
  { name: "github.caFile", variable: "LOCKSTEP_GITHUB_CA_FILE" },
  { name: "proxy.url", variable: "HTTPS_PROXY", after: "https_proxy", shown: withoutUser },
  { name: "proxy.except", variable: "NO_PROXY", after: "no_proxy" },
  { name: "log.level", variable: "LOCKSTEP_LOG_LEVEL", standard: "info" },
  { name: "log.format", variable: "LOCKSTEP_LOG_FORMAT", standard: "pretty" },
  { name: "traces.endpoint", variable: "OTEL_EXPORTER_OTLP_ENDPOINT", shown: withoutUser }
]

// A credential comes as a whole from one place: one from the environment makes those of the file void.
const credentials = ["github.token", "github.app.id", "github.app.installation", "github.app.privateKey"]

/**
 * Returns every value that an operator would work by, and where it comes from. Values that are neither set nor have a default are
 * left out. No secret is among them.
 *
 * **Example** (A value of the environment)
 *
 * ```ts
 * import { Origins } from "@lockstep/operator"
 *
 * const settings = Origins.explain({ environment: { LOCKSTEP_GITHUB_TIMEOUT: "5 seconds" } })
 * settings.find(({ name }) => name === "github.timeout")
 * // => { name: "github.timeout", value: "5 seconds", origin: { kind: "environment", from: "LOCKSTEP_GITHUB_TIMEOUT" } }
 * ```
 *
 * @category explaining
 * @since 0.1.0
 */
export const explain = (sources: Sources): ReadonlyArray<Setting> => {
  const { environment } = sources
  const isGiven = (name: string) => environment[name] !== undefined
  const fromEnvironment = isGiven("LOCKSTEP_GITHUB_TOKEN") || isGiven("LOCKSTEP_GITHUB_APP_ID")
  const github = sources.file?.read.spec.github
  const isSettled = fromEnvironment || github?.tokenSecretRef !== undefined || github?.app !== undefined
  return rows.flatMap((row) => {
    const isCredential = credentials.includes(row.name)
    const found =
      ofFlag(row, sources) ??
      ofVariable(row.variable, row, environment) ??
      (isCredential && fromEnvironment ? undefined : ofFile(row, sources.file)) ??
      (isCredential && isSettled ? undefined : ofVariable(row.after, row, environment)) ??
      (row.standard === undefined ? undefined : { value: row.standard, origin: { kind: "default" as const } })
    return found === undefined ? [] : [{ name: row.name, ...found }]
  })
}

type Found = Omit<Setting, "name"> | undefined

const ofFlag = ({ flag }: Row, { flags = {} }: Sources): Found =>
  flag === undefined || flags[flag] === undefined
    ? undefined
    : { value: flags[flag], origin: { kind: "flag", from: `--${flag}` } }

const ofVariable = (name: string | undefined, { shown }: Row, environment: Sources["environment"]): Found => {
  const value = name === undefined ? undefined : environment[name]
  return name === undefined || value === undefined
    ? undefined
    : { value: shown === undefined ? value : shown(value), origin: { kind: "environment", from: name } }
}

const ofFile = ({ of, path }: Row, file: Sources["file"]): Found => {
  if (of === undefined || path === undefined || file === undefined) return undefined
  // What the file leaves out has been filled in by now: only what is there comes from there.
  const place = file.read.locate(["spec", ...path])
  const value = of(file.read.spec)
  return place === undefined || value === undefined
    ? undefined
    : { value, origin: { kind: "file", from: `${file.name}:${place.line}:${place.column}` } }
}
