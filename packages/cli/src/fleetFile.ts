import type { FleetInstance } from "@lockstep/haproxy-sync"
import { Effect, Option, Path, Schema } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { readInput } from "./haproxyFiles.ts"
import { configOf, type ServerOptions } from "./server.ts"

/** `--instances`. */
export const instances = Flag.String("instances").pipe(
  Flag.withDescription(
    'A JSON file that names the servers: {"instances": [{"name", "url", "user"?, "passwordFile"?, "caFile"?, "certFile"?, "keyFile"?, "runtimeSocket"?}]}'
  )
)

const Instance = Schema.Struct({
  name: Schema.NonEmptyString,
  url: Schema.NonEmptyString,
  user: Schema.optionalKey(Schema.String),
  passwordFile: Schema.optionalKey(Schema.String),
  caFile: Schema.optionalKey(Schema.String),
  certFile: Schema.optionalKey(Schema.String),
  keyFile: Schema.optionalKey(Schema.String),
  runtimeSocket: Schema.optionalKey(Schema.String)
})

/**
 * A file that names the servers of a fleet. Each has a name and an address; what it doesn't say of user, password and certificates is
 * as the flags and the environment say. Files are looked for beside it.
 */
const FleetFile = Schema.Struct({ instances: Schema.NonEmptyArray(Instance) })

const decode = Schema.decodeUnknownEffect(FleetFile, { onExcessProperty: "error" })

const wrong = (file: string, message: string) =>
  new CommandError({
    kind: "Fleet",
    message,
    hint: 'it looks like {"instances": [{"name": "edge-1", "url": "https://10.0.0.1:5555", "passwordFile": "edge-1.password"}]}',
    file
  })

/** Reads the servers of a fleet; the canaries are the first in the file. */
export const readFleet = Effect.fnUntraced(function* (file: string, options: ServerOptions) {
  const path = yield* Path.Path
  const { text } = yield* readInput(file)
  const json = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => wrong(file, "the file of instances is no JSON")
  })
  const { instances: listed } = yield* decode(json).pipe(
    Effect.mapError(({ message }) => wrong(file, `the file of instances can't be understood: ${message}`))
  )
  const names = new Set(listed.map(({ name }) => name))
  if (names.size < listed.length) return yield* wrong(file, "two instances have the same name")
  const beside = (name: string | undefined) =>
    Option.map(Option.fromUndefinedOr(name), (one) => path.resolve(path.dirname(file), one))
  const or = <A>(own: Option.Option<A>, given: Option.Option<A>) => Option.orElse(own, () => given)
  return yield* Effect.forEach(listed, (one) =>
    Effect.map(
      configOf({
        ...options,
        url: Option.some(one.url),
        user: or(Option.fromUndefinedOr(one.user), options.user),
        passwordFile: or(beside(one.passwordFile), options.passwordFile),
        caFile: or(beside(one.caFile), options.caFile),
        certFile: or(beside(one.certFile), options.certFile),
        keyFile: or(beside(one.keyFile), options.keyFile),
        // A socket belongs to one server alone.
        runtimeSocket: Option.fromUndefinedOr(one.runtimeSocket)
      }),
      (server): FleetInstance => ({ name: one.name, server })
    )
  )
})
