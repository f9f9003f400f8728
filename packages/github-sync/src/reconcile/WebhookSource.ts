/**
 * Finds the trackers that GitHub's events are about.
 *
 * @since 0.1.0
 */
import { Resource, ResourceStore, type Source } from "@lockstep/core"
import { Effect, Stream } from "effect"
import { fold, sameName } from "../domain/Label.ts"
import { formatRepository } from "../domain/PullRequest.ts"
import { GitHub } from "../GitHub.ts"
import type { LabelManager } from "../LabelManager.ts"
import { PullRequestTracker } from "../resources/PullRequestTracker.ts"
import { Webhooks } from "../Webhooks.ts"
import type { Notice } from "../Webhooks/Notice.ts"
import type * as Discovery from "./Discovery.ts"
import * as RepositoryPoll from "./RepositoryPoll.ts"

/**
 * Settings of the source.
 *
 * @category models
 * @since 0.1.0
 */
export interface WebhookSourceOptions extends Discovery.DiscoveryOptions {
  /** The repositories whose pull requests are found: one that there is no tracker for yet leads to a look at its repository. */
  readonly repositories?: ReadonlyArray<Discovery.Followed>
}

/**
 * Creates the source that follows GitHub's events.
 *
 * **Details**
 *
 * It adds keys and does nothing else. An event about a pull request that is not followed yet leads to one look at its
 * repository, if that one is followed. `RepositoryPoll.source` belongs beside it: events get lost.
 *
 * @category sources
 * @since 0.1.0
 */
export const source = (
  options: WebhookSourceOptions = {}
): Source.Source<ResourceStore | GitHub | LabelManager | Webhooks> =>
  Effect.fnUntraced(function* (sink) {
    const store = yield* ResourceStore
    const notices = yield* Effect.flatMap(Webhooks, (webhooks) => webhooks.notices)
    yield* sink.synced

    const onNotice = Effect.fnUntraced(function* (notice: Notice) {
      const { items } = yield* store.list(PullRequestTracker, { namespace: options.namespace ?? "default" })
      const own = items.filter(
        ({ spec }) =>
          sameName(spec.repository.owner, notice.repository.owner) &&
          sameName(spec.repository.name, notice.repository.name)
      )
      const followed = (options.repositories ?? []).find((one) =>
        sameName(formatRepository(one), formatRepository(notice.repository))
      )
      const isNew = notice.numbers.some((number) => !own.some(({ spec }) => spec.number === number))
      const found = isNew && followed !== undefined ? yield* RepositoryPoll.look(followed, options) : []
      const keys = [...own.filter(isMeant(notice)).map(Resource.keyOf), ...found]
      yield* Effect.forEach(keys, (key) => sink.add(key, "change"), { discard: true })
    })

    yield* Stream.runForEach(Stream.fromSubscription(notices), (notice) =>
      Effect.catch(onNotice(notice), (error) =>
        Effect.logWarning(
          `An event of ${formatRepository(notice.repository)} led to nothing; the next look at it will: ${error.message}`
        )
      )
    )
    return yield* Effect.never
  }, Effect.scoped)

const isMeant =
  ({ heads, labels, numbers }: Notice) =>
  ({ spec, status }: PullRequestTracker): boolean => {
    const owned = new Set((status?.labels?.owned ?? []).map(fold))
    return (
      numbers.includes(spec.number) ||
      (status?.headSHA !== undefined && heads.includes(status.headSHA)) ||
      labels.some((label) => owned.has(fold(label)))
    )
  }
