/**
 * What the program tells about itself while it works: logs on stderr, never on stdout.
 *
 * Standard output belongs to the product of a command, so that it can be piped. Everything told along the way goes to
 * standard error, as lines for people or as one JSON object per line for machines.
 *
 * @since 0.1.0
 */
import { Config, Effect, Layer, Logger, LogLevel, References } from "effect"
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
