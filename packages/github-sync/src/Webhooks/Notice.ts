/**
 * What an event of GitHub's makes worth looking at.
 *
 * @since 0.1.0
 */
import { Option, Schema } from "effect"
import type { Repository } from "../domain/PullRequest.ts"

/**
 * What is worth looking at: pull requests by their number, by their head, or by a label they have. Nothing else is taken from
 * an event, because it may be old, doubled or out of order by the time it is worked on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Notice {
  readonly repository: Repository
  readonly numbers: ReadonlyArray<number>
  readonly heads: ReadonlyArray<string>
  readonly labels: ReadonlyArray<string>
}

const Checked = Schema.Struct({
  head_sha: Schema.String,
  pull_requests: Schema.optionalKey(Schema.Array(Schema.Struct({ number: Schema.Int })))
})

const Payload = Schema.Struct({
  repository: Schema.Struct({ name: Schema.String, owner: Schema.Struct({ login: Schema.String }) }),
  pull_request: Schema.optionalKey(Schema.Struct({ number: Schema.Int })),
  check_run: Schema.optionalKey(Checked),
  check_suite: Schema.optionalKey(Checked),
  sha: Schema.optionalKey(Schema.String),
  label: Schema.optionalKey(Schema.Struct({ name: Schema.String })),
  changes: Schema.optionalKey(Schema.Struct({ name: Schema.optionalKey(Schema.Struct({ from: Schema.String })) }))
})

type Content = Omit<Notice, "repository">

const nothing: Content = { numbers: [], heads: [], labels: [] }

const ofPullRequest = ({ pull_request }: typeof Payload.Type): Content => ({
  ...nothing,
  numbers: pull_request === undefined ? [] : [pull_request.number]
})

const ofCheck = ({ check_run, check_suite }: typeof Payload.Type): Content => {
  const checked = check_run ?? check_suite
  return checked === undefined
    ? nothing
    : { ...nothing, heads: [checked.head_sha], numbers: (checked.pull_requests ?? []).map(({ number }) => number) }
}

/** What each event is about. Events that are not here are of no interest. */
const events: { readonly [event: string]: (payload: typeof Payload.Type) => Content } = {
  pull_request: ofPullRequest,
  pull_request_review: ofPullRequest,
  check_run: ofCheck,
  check_suite: ofCheck,
  status: ({ sha }) => ({ ...nothing, heads: sha === undefined ? [] : [sha] }),
  // Somebody may have renamed or deleted the label of a state.
  label: ({ changes, label }) => ({
    ...nothing,
    labels: [label?.name, changes?.name?.from].filter((name) => name !== undefined)
  })
}

/**
 * The events that are of interest, to be chosen where a webhook is set up.
 *
 * @category models
 * @since 0.1.0
 */
export const eventNames: ReadonlyArray<string> = Object.keys(events)

/**
 * An event was read: it is worth looking at something, or not; or it isn't what GitHub sends.
 *
 * @category models
 * @since 0.1.0
 */
export type Reading = { readonly _tag: "notice"; readonly notice: Notice } | { readonly _tag: "ignored" | "unreadable" }

/**
 * Reads an event.
 *
 * @category reading
 * @since 0.1.0
 */
export const read = (event: string, body: string): Reading => {
  const of = events[event]
  if (of === undefined) return { _tag: "ignored" }
  const payload = Schema.decodeOption(Schema.fromJsonString(Payload))(body)
  if (Option.isNone(payload)) return { _tag: "unreadable" }
  const { name, owner } = payload.value.repository
  const content = of(payload.value)
  return content.numbers.length + content.heads.length + content.labels.length === 0
    ? { _tag: "ignored" }
    : { _tag: "notice", notice: { repository: { owner: owner.login, name }, ...content } }
}
