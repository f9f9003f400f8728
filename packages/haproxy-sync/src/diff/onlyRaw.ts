import { source } from "../grammar/Line.ts"
import type { Draft } from "../grammar/Args.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { Operation } from "./Operation.ts"
import { childFieldsOf } from "./childFields.ts"

/** A reason as a part of an operation. */
export type OnlyRaw = Pick<Operation, "onlyRaw">

/** The reason as a part of an operation; nothing where there is none. */
export const because = (reason: string | undefined): OnlyRaw => (reason === undefined ? {} : { onlyRaw: reason })

/** Why no request can name a section; undefined where one can. */
export const whyUnaddressed = (section: ConfigSection): string | undefined => {
  if (!section.addressed) return `the Data Plane API does not address ${section.keyword} sections`
  return section.doubled ? "another section has the same name" : undefined
}

/** Why a section can't be written through its resource, whatever the difference is; undefined where it can. */
export const whyOnlyRaw = (section: ConfigSection): string | undefined => {
  const reason = whyUnaddressed(section)
  if (reason !== undefined) return reason
  const [opaque] = section.opaque
  // Not the line itself: it may hold a password.
  if (opaque !== undefined) return `the Data Plane API has no field for "${opaque.words[0]}" on line ${opaque.line}`
  return rawItems(...childFieldsOf(section.keyword).flatMap(({ name }) => section.items(name))).onlyRaw
}

/** Why the fields of a section itself can't be written: that would take lines away of which the API shows only a part. */
export const whyNotWritten = (section: ConfigSection): string | undefined => {
  const shown = section.lines.find(({ place, rank }) => rank === undefined && place !== undefined)?.statement
  return shown === undefined
    ? undefined
    : `a change of the section's own fields would take "${shown.words[0]}" on line ${shown.line} away`
}

/** Items whose own words say more than JSON can. */
export const rawItems = (...items: ReadonlyArray<Readonly<Draft> | undefined>): OnlyRaw =>
  because(
    items.some((item) => item !== undefined && source in item)
      ? "it holds words that the Data Plane API can't carry as JSON, such as a reference to the environment for a number"
      : undefined
  )
