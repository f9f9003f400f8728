/**
 * Where tokens and keys come from that a resource names.
 *
 * @since 0.1.0
 */
import { Treatment } from "@lockstep/core"
import type { KubernetesError, Transport } from "@lockstep/core/kubernetes"
import { Context, Effect, Layer, Predicate, Redacted, Schema } from "effect"
import { readFile } from "node:fs/promises"
import { join } from "node:path"

/**
 * The name of a `Secret`, and a key in it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SecretRef {
  readonly name: string
  readonly key: string
}

/**
 * A secret can't be read. It never holds any of what was read.
 *
 * @category errors
 * @since 0.1.0
 */
export class SecretError extends Schema.TaggedError<SecretError>()("SecretError", {
  reason: Schema.Literals(["SecretMissing", "SecretForbidden", "SecretUnusable", "SecretUnavailable"]),
  secret: Schema.String,
  because: Schema.String
}) {
  get treatment(): Treatment.Treatment {
    return Treatment.retry()
  }
  override get message(): string {
    return `the secret ${this.secret} can't be read: ${this.because}`
  }
}

/**
 * Reads the secrets that resources name. They are read anew each time, so that one that was exchanged is found.
 *
 * @category services
 * @since 0.1.0
 */
export class Secrets extends Context.Service<
  Secrets,
  { read(ref: SecretRef): Effect.Effect<Redacted.Redacted, SecretError> }
>()("@lockstep/operator/Secrets") {
  /**
   * Reads the `Secret` resources of a namespace. It takes the right to `get` them, and no other: see `Rights.secretsRole`.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerKubernetes = (transport: Transport["Service"], namespace: string): Layer.Layer<Secrets> =>
    Layer.succeed(Secrets, {
      read: Effect.fn("Secrets.read")(function* ({ key, name }) {
        const secret = `${namespace}/${name}`
        const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
        const found = yield* transport
          .call({ method: "GET", path })
          .pipe(Effect.mapError((error) => fromKubernetes(secret, error)))
        const data = Predicate.hasProperty(found, "data") ? found.data : undefined
        const value = Predicate.hasProperty(data, key) ? data[key] : undefined
        if (typeof value === "string") return Redacted.make(Buffer.from(value, "base64").toString("utf8").trim())
        return yield* new SecretError({ reason: "SecretMissing", secret, because: `it has no key '${key}'` })
      })
    })

  /**
   * Reads secrets where there is no cluster: from files `NAME/KEY` in a folder, as they are mounted into a pod, where
   * `LOCKSTEP_SECRETS` names one, or else from variables `LOCKSTEP_SECRET_NAME_KEY`, in capital letters and with `_` for
   * whatever is neither a letter nor a digit.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerLocal = (
    environment: { readonly [name: string]: string | undefined } = process.env
  ): Layer.Layer<Secrets> =>
    Layer.succeed(Secrets, {
      read: Effect.fn("Secrets.read")(({ key, name }) => {
        const folder = environment["LOCKSTEP_SECRETS"]
        const variable = variableOf({ key, name })
        const value = environment[variable]
        if (folder === undefined) {
          return value === undefined
            ? Effect.fail(
                new SecretError({
                  reason: "SecretMissing",
                  secret: `${name}/${key}`,
                  because: `set ${variable}, or let LOCKSTEP_SECRETS name a folder with a file ${name}/${key}`
                })
              )
            : Effect.succeed(Redacted.make(value.trim()))
        }
        // Names of secrets and keys hold no '/', but '..' would be one.
        const path = join(folder, name, key === ".." ? "" : key)
        return Effect.tryPromise({
          try: () => readFile(path, "utf8"),
          catch: (cause) =>
            new SecretError({
              reason: "SecretMissing",
              secret: `${name}/${key}`,
              because: Predicate.hasProperty(cause, "code") ? `${String(cause.code)} at ${path}` : `there is no ${path}`
            })
        }).pipe(Effect.map((text) => Redacted.make(text.trim())))
      })
    })
}

/**
 * The variable of the environment that holds a secret where there is no cluster.
 *
 * @category naming
 * @since 0.1.0
 */
export const variableOf = ({ key, name }: SecretRef): string =>
  `LOCKSTEP_SECRET_${`${name}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`

const fromKubernetes = (secret: string, error: KubernetesError): SecretError => {
  const { reason } = error
  if (reason._tag === "NotFound") {
    return new SecretError({ reason: "SecretMissing", secret, because: "there is none of that name; create it" })
  }
  if (reason._tag === "Forbidden" || reason._tag === "Unauthorized") {
    const because = "the operator may not; give it the role of lockstep crd print --rbac --secret NAME"
    return new SecretError({ reason: "SecretForbidden", secret, because })
  }
  return new SecretError({ reason: "SecretUnavailable", secret, because: error.message })
}
