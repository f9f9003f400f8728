import { Result, Schema } from "effect"
import { invalid, read, subject } from "../Document.ts"
import * as FieldOwnership from "../FieldOwnership.ts"
import { Annotations, Labels, OwnerReference } from "../Metadata.ts"
import type { Intent } from "../Resource.ts"
import type { ApplyOptions } from "../ResourceStore.ts"
import { FieldConflict, StoreError } from "../StoreError.ts"
import { orInvalid, pickEditable } from "./accept.ts"
import { draftKey } from "./keys.ts"
import type { Decision, Entry, Kind, Stamp } from "./Outcome.ts"
import { born, changed } from "./write.ts"

/**
 * Decides an apply: one manager's intent is merged into what is there, or creates it.
 *
 * @category decisions
 * @since 0.1.0
 */
export const apply = <Spec, Status>(
  resource: Kind<Spec, Status>,
  current: Entry | undefined,
  intent: Intent,
  stamp: Stamp,
  options: ApplyOptions
): Decision =>
  Result.gen(function* () {
    const key = yield* draftKey(resource, intent.metadata, stamp)
    const name = subject(resource, key)
    if (options.fieldManager === "") {
      return yield* Result.fail(invalid(name, [{ field: "fieldManager", message: "must name who applies" }]))
    }
    const metadata = pickEditable(intent.metadata)
    const wanted = FieldOwnership.leavesOf(intent.spec === undefined ? { metadata } : { metadata, spec: intent.spec })
    const before = current === undefined ? new Map() : FieldOwnership.leavesOf(current.document)
    const owned = current?.ownership ?? new Map()
    const applied = FieldOwnership.apply(owned, options.fieldManager, before, wanted, options.force ?? false)
    if (applied._tag === "conflict") {
      const { conflicts } = applied
      return yield* Result.fail(new StoreError({ reason: new FieldConflict({ subject: name, conflicts }) }))
    }
    const body = FieldOwnership.toBody(applied.leaves)
    const editable = yield* orInvalid(name, read(editableCodec, body.metadata, "metadata"))
    return yield* current === undefined
      ? born(resource, key, editable, body.spec, stamp, () => applied.ownership)
      : changed(resource, current, editable, body.spec, stamp, () => applied.ownership)
  })

const editableCodec = Schema.toCodecJson(
  Schema.Struct({
    labels: Schema.optionalKey(Labels),
    annotations: Schema.optionalKey(Annotations),
    finalizers: Schema.optionalKey(Schema.Array(Schema.String)),
    ownerReferences: Schema.optionalKey(Schema.Array(OwnerReference))
  })
)
