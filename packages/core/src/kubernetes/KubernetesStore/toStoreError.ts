import { Duration } from "effect"
import * as Store from "../../resource/StoreError.ts"
import type { KubernetesError, KubernetesErrorReason, StatusCause } from "../KubernetesError.ts"

/** What was asked for: what errors are about, and the version that may be too old. */
export interface About {
  readonly subject: string
  readonly version?: string
}

/** Says what an API server refused in the words that all stores have for it. */
export const toStoreError =
  (about: About) =>
  (error: KubernetesError): Store.StoreError =>
    new Store.StoreError({ reason: reasonOf(about, error) })

const reasonOf = ({ subject, version = "" }: About, error: KubernetesError): Store.StoreErrorReason => {
  const { reason } = error
  switch (reason._tag) {
    case "NotFound":
      if (reason.unknownPath) return unavailable(subject, error)
      // The missing thing may be the namespace that something was to be created in.
      return new Store.NotFound({
        subject: reason.said.startsWith('namespaces "') ? namespaceIn(reason.said) : subject
      })
    case "AlreadyExists":
      return new Store.AlreadyExists({ subject, deleting: reason.said.includes("object is being deleted") })
    case "Conflict": {
      const conflicts = reason.causes.filter((cause) => cause.reason === "FieldManagerConflict").map(conflictOf)
      return conflicts.length > 0
        ? new Store.FieldConflict({ subject, conflicts })
        : new Store.Conflict({ subject, because: "was changed since it was read" })
    }
    case "Invalid":
      return new Store.Invalid({ subject, causes: causesOf(reason) })
    case "BadRequest":
      return new Store.BadRequest({ subject, because: reason.said })
    case "Forbidden":
    case "Unauthorized":
      return new Store.Forbidden({ subject, because: error.message })
    case "Expired":
      return new Store.Expired({ subject, version })
    case "ServerFailed":
      // An apply of a field that the schema doesn't have, or of a value of another type, is refused without a reason.
      return reason.status === 500 && reason.said.startsWith("failed to create typed patch object")
        ? new Store.Invalid({ subject, causes: [{ field: "", message: reason.said }] })
        : unavailable(subject, error)
    case "TooManyRequests":
    case "Unreachable":
    case "NotConfigured":
      return unavailable(subject, error)
  }
}

const unavailable = (subject: string, error: KubernetesError) => {
  const { treatment } = error
  const after = treatment._tag === "retry" ? treatment.after : undefined
  return new Store.Unavailable({
    subject,
    because: error.message,
    ...(after === undefined ? {} : { retryAfterMillis: Duration.toMillis(after) })
  })
}

const namespaceIn = (said: string) => `the namespace ${/^namespaces "([^"]*)"/u.exec(said)?.[1] ?? ""}`

/** `conflict with "NAME" using GROUP/VERSION`, or with a subresource and a time behind the name. */
const conflictOf = ({ field = "", message = "" }: typeof StatusCause.Type) => ({
  manager: /^conflict with "([^"]*)"/u.exec(message)?.[1] ?? message,
  field
})

const causesOf = ({ causes, said }: Extract<KubernetesErrorReason, { readonly _tag: "Invalid" }>) =>
  causes.length === 0
    ? [{ field: "", message: said }]
    : causes.map(({ field = "", message = "" }) => ({ field, message }))
