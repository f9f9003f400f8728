import { Result, type Schema } from "effect"
import { checkMetadata, invalid, normalize, read, subject, type Cause, type Document } from "../Document.ts"
import type { DraftMetadata, Metadata } from "../Metadata.ts"
import type { StoreError } from "../StoreError.ts"
import type { Kind } from "./Outcome.ts"

/** Checks what is to be stored, and fills in defaults; lists everything that is wrong with it. */
export const accept = <Spec, Status>(
  resource: Kind<Spec, Status>,
  metadata: Metadata,
  json: Schema.Json,
  before: Document | undefined
): Result.Result<Schema.Json, StoreError> =>
  Result.gen(function* () {
    const name = subject(resource, metadata)
    const wrong = checkMetadata(metadata)
    if (wrong.length > 0) return yield* Result.fail(invalid(name, wrong))
    const spec = yield* orInvalid(name, normalize(resource.spec, json, "spec"))
    // What can't be read can't be held against what it is replaced by.
    const earlier = before === undefined ? Result.fail([]) : read(resource.spec, before.spec, "spec")
    const broken = resource.rules.filter((rule) => !rule.holds(spec.value, Result.getOrUndefined(earlier)))
    if (broken.length > 0) {
      return yield* Result.fail(
        invalid(
          name,
          broken.map(({ message }) => ({ field: "spec", message }))
        )
      )
    }
    return spec.json
  })

export const orInvalid = <A>(
  name: string,
  result: Result.Result<A, ReadonlyArray<Cause>>
): Result.Result<A, StoreError> => Result.mapError(result, (causes) => invalid(name, causes))

// Empty maps and lists are the same as none, as they are on the wire.
export const pickEditable = ({ annotations, finalizers, labels, ownerReferences }: DraftMetadata) => ({
  ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
  ...(annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }),
  ...(finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }),
  ...(ownerReferences === undefined || ownerReferences.length === 0 ? {} : { ownerReferences })
})
