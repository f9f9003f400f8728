/**
 * What the program tells about itself while it works: logs on stderr, never on stdout, and traces where they are wanted.
 *
 * Standard output belongs to the product of a command, so that it can be piped. Everything told along the way goes to
 * standard error, as lines for people or as one JSON object per line for machines. Metrics are asked for: `PrometheusMetrics`
 * of Effect writes them all.
 *
 * @since 0.1.0
 */
import { Config, Effect, Layer, Logger, LogLevel, Option, Redacted, References } from "effect"
import { isatty } from "node:tty"

/**
 * How log lines look: `json` for machines, `pretty` for people.
 *
 * @category models
 * @since 0.1.0
 */
export type LogFormat = "json" | "pretty"

/**
 * Settings of the logs; what is left out comes from the environment.
 *
 * @category models
 * @since 0.1.0
 */
export interface LogOptions {
  /** Overrides `LOCKSTEP_LOG_FORMAT`. */
  readonly format?: LogFormat
  /** Used when neither `format` nor `LOCKSTEP_LOG_FORMAT` says anything; `pretty` if left out. */
  readonly defaultFormat?: LogFormat
}

/**
 * Sends logs to standard error, at the level of `LOCKSTEP_LOG_LEVEL` (`info` if unset) and in the format of
 * `LOCKSTEP_LOG_FORMAT` (`json` or `pretty`).
 *
 * **Details**
 *
 * Levels are `all`, `trace`, `debug`, `info`, `warn`, `error`, `fatal` and `none`, also with a capital letter. Any other
 * value fails with a `ConfigError` that names the variable and lists what is allowed.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerLogs = (options: LogOptions = {}): Layer.Layer<never, Config.ConfigError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const minimum = yield* level
      const configured = yield* Config.Literals(["json", "pretty"], "LOCKSTEP_LOG_FORMAT").pipe(
        Config.withDefault(options.defaultFormat ?? "pretty")
      )
      return Layer.mergeAll(
        Logger.layer([(options.format ?? configured) === "json" ? json : pretty()]),
        Layer.succeed(Logger.LogToStderr, true),
        Layer.succeed(References.MinimumLogLevel, minimum)
      )
    })
  )

const spellings = LogLevel.values.flatMap((name) => [name, name.toLowerCase()])

const level = Config.Literals(spellings, "LOCKSTEP_LOG_LEVEL").pipe(
  Config.map((spelling) => LogLevel.values.find((name) => name.toLowerCase() === spelling.toLowerCase()) ?? "Info"),
  Config.withDefault<LogLevel.LogLevel>("Info")
)

// The console loggers other than the pretty one do not look at `LogToStderr`.
const json = Logger.withConsoleError(Logger.formatJson)

const pretty = () => Logger.consolePretty({ mode: "tty", colors: isatty(2) })

/**
 * Settings of the traces.
 *
 * @category models
 * @since 0.1.0
 */
export interface TraceOptions {
  /** As whose the spans are sent, unless `OTEL_SERVICE_NAME` says otherwise; `lockstep` if left out. */
  readonly service?: string
  readonly version?: string
}

/**
 * Sends traces to an OpenTelemetry collector, if the environment names one.
 *
 * **Details**
 *
 * The variables are those of OpenTelemetry: `OTEL_EXPORTER_OTLP_ENDPOINT` (`/v1/traces` is added) or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (taken as it is), `OTEL_EXPORTER_OTLP_HEADERS` as `name=value,…`,
 * `OTEL_SERVICE_NAME`, `OTEL_TRACES_EXPORTER=none` and `OTEL_SDK_DISABLED=true` to send nothing. Spans go out as JSON
 * every five seconds and at the end. There is one for each reconcile, as a trace of its own, and one in it for each call
 * to the outside.
 *
 * **Gotchas**
 *
 * A collector that can't be reached never holds the program up: spans are dropped, and it is asked again a minute later.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTraces = (options: TraceOptions = {}): Layer.Layer<never, Config.ConfigError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { base, disabled, exact, exporter, headers, service } = yield* environment
      const url = Option.orElse(exact, () => Option.map(base, tracesBelow))
      if (disabled || exporter === "none" || Option.isNone(url)) return Layer.empty
      const { layer } = yield* Effect.promise(() => import("./Telemetry/otlp.ts"))
      const destination = {
        url: url.value.href,
        headers: Object.fromEntries(Option.match(headers, { onNone: () => [], onSome: headersIn })),
        service: Option.getOrElse(service, () => options.service ?? "lockstep"),
        version: options.version
      }
      return layer(destination)
    })
  )

/**
 * Logs and traces as the environment says: `layerLogs` and `layerTraces`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: LogOptions & TraceOptions = {}): Layer.Layer<never, Config.ConfigError> =>
  Layer.mergeAll(layerLogs(options), layerTraces(options))

const environment = Config.all({
  disabled: Config.Boolean("OTEL_SDK_DISABLED").pipe(Config.withDefault(false)),
  exporter: Config.Literals(["otlp", "none"], "OTEL_TRACES_EXPORTER").pipe(Config.withDefault("otlp" as const)),
  base: Config.option(Config.URL("OTEL_EXPORTER_OTLP_ENDPOINT")),
  exact: Config.option(Config.URL("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")),
  // They may hold credentials.
  headers: Config.option(Config.Redacted("OTEL_EXPORTER_OTLP_HEADERS")),
  service: Config.option(Config.String("OTEL_SERVICE_NAME"))
})

const tracesBelow = (base: URL): URL => {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/$/u, "")}/v1/traces`
  return url
}

const headersIn = (text: Redacted.Redacted): ReadonlyArray<readonly [string, string]> =>
  Redacted.value(text)
    .split(",")
    .flatMap((pair) => {
      const equals = pair.indexOf("=")
      return equals < 1
        ? []
        : [[pair.slice(0, equals).trim(), decodeURIComponent(pair.slice(equals + 1).trim())] as const]
    })
