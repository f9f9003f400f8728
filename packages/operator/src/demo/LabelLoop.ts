/**
 * A day of a repository in a few seconds: what the label loop does, shown on a GitHub in this process.
 *
 * @since 0.1.0
 */
import { Resource, ResourceStore, type StoreError } from "@lockstep/core"
import {
  Discovery,
  DriftMonitor,
  GitHub,
  LabelVocabulary,
  PullRequest,
  PullRequestTracker,
  TrackerReconciler,
  Webhooks,
  WebhookSource,
  type Deployment,
  type GitHubError,
  type LabelDecision,
  type LifecycleState,
  type Pass,
  type SyncResult
} from "@lockstep/github-sync"
import {
  GitHubWebhooks,
  serve,
  type Emulator,
  type GitHubServerError,
  type GitHubWorld
} from "@lockstep/github-sync/testing"
import { Duration, Effect, Layer, Redacted } from "effect"
import { randomUUID } from "node:crypto"
import { layerLocal } from "../LocalOperator.ts"
import * as WebhookServer from "../WebhookServer.ts"
import { clusters, repository, seed } from "./seed.ts"

/**
 * What the loop decided about one pull request, and did.
 *
 * @category models
 * @since 0.1.0
 */
export interface PassReport {
  /** `owner/name#42` */
  readonly pullRequest: string
  readonly before: LifecycleState.LifecycleState | undefined
  readonly state: LifecycleState.LifecycleState | undefined
  readonly verdict: LabelDecision.Verdict | undefined
  readonly status: SyncResult["_tag"]
  readonly reason: string
  readonly added: ReadonlyArray<string>
  readonly removed: ReadonlyArray<string>
  /** All labels afterwards, those of others included. */
  readonly labels: ReadonlyArray<string>
}

/**
 * Something that happens, and what follows from it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Chapter {
  readonly title: string
  readonly happened: string
  /** One for each pull request that was looked at. */
  readonly passes: ReadonlyArray<PassReport>
}

/**
 * Everything that happened.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelLoopReport {
  readonly chapters: ReadonlyArray<Chapter>
  /** A look at everything once more, which changes nothing. */
  readonly secondPass: {
    readonly looked: number
    readonly requests: number
    readonly labelWrites: number
    readonly statusWrites: number
  }
}

/**
 * Settings of the demonstration.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelLoopOptions {
  /** Called as soon as a chapter is over. */
  readonly onChapter?: (chapter: Chapter) => Effect.Effect<void>
}

interface Scene {
  readonly title: string
  readonly happened: string
  readonly act: (world: GitHubWorld) => void
  /** What the clusters report after that, if anything. */
  readonly phase?: Deployment.Phase
}

const pr = (number: number) => ({ repository, number })

const label = (state: LifecycleState.LifecycleState) => LabelVocabulary.standard.labels[state].name

const scenes: ReadonlyArray<Scene> = [
  {
    title: "Open pull requests are found",
    happened: "three pull requests are open; each gets a tracker and the label of its state",
    act: () => {}
  },
  {
    title: "Checks pass",
    happened: "the check 'manifests' of #42 succeeds",
    act: (world) => void world.setCheck(repository, world.pullRequest(pr(42)).head.sha, "manifests", "success")
  },
  {
    title: "A label gets lost",
    happened: `somebody takes the label ${label("qualified")} from #41`,
    act: (world) => world.removeLabel(pr(41), label("qualified"))
  },
  {
    title: "A label is forged",
    happened: `somebody sets the label ${label("merged")} on #43, which is a draft with a failed check`,
    act: (world) => world.addLabels(pr(43), [label("merged")])
  },
  {
    title: "A person says no",
    happened: `a reviewer sets the label ${label("rejected")} on #42`,
    act: (world) => world.addLabels(pr(42), [label("rejected")])
  },
  {
    title: "And changes their mind",
    happened: `the reviewer sets the label ${label("discovered")} on #42`,
    act: (world) => world.addLabels(pr(42), [label("discovered")])
  },
  {
    title: "A merge",
    happened: "ines merges #41; a monitor for each cluster is created",
    act: (world) => void world.merge(pr(41), { by: "ines" })
  },
  {
    title: "The clusters have the change",
    happened: `${clusters.join(" and ")} report that they run the change and are healthy`,
    act: () => {},
    phase: "Healthy"
  },
  {
    title: "A cluster drifts",
    happened: "the clusters report that they no longer run what was applied",
    act: () => {},
    phase: "Drifted"
  },
  {
    title: "A pull request is given up",
    happened: "lea closes #43",
    act: (world) => world.close(pr(43))
  }
]

/**
 * Plays the label loop through on a GitHub in this process, over real HTTP, and tells what was decided and done.
 *
 * **Details**
 *
 * Nothing outside this process is touched, and no token is needed. Only the part of the clusters is played: what they report
 * is written into their monitors.
 *
 * @category programs
 * @since 0.1.0
 */
export const demoLabelLoop = (
  options: LabelLoopOptions = {}
): Effect.Effect<LabelLoopReport, StoreError | GitHubError | GitHubServerError | WebhookServer.WebhookServerError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed })
      const github = GitHub.layerWith({ baseUrl: url, timeout: Duration.seconds(10), pace: { writeInterval: 0 } })
      const webhooks = Webhooks.layerWith({ secrets: Effect.succeed([secret]) })
      return yield* play(emulator, options).pipe(
        Effect.provide(layerLocal().pipe(Layer.provideMerge(github), Layer.provideMerge(webhooks)))
      )
    })
  )

const secret = Redacted.make(randomUUID())

const play = (emulator: Emulator, options: LabelLoopOptions) =>
  Effect.gen(function* () {
    const passes: Array<PassReport> = []
    const states = new Map<string, LifecycleState.LifecycleState | undefined>()
    const controller = yield* TrackerReconciler.start({
      clusters,
      sources: [WebhookSource.source()],
      onPass: (pass) =>
        Effect.sync(() => {
          const told = report(pass, emulator, states)
          states.set(told.pullRequest, told.state)
          passes.push(told)
        })
    })
    yield* controller.synced

    const lookAtAll = Effect.gen(function* () {
      const trackers = yield* ResourceStore.use((store) => store.list(PullRequestTracker))
      for (const tracker of trackers.items) yield* controller.enqueue(Resource.keyOf(tracker))
      yield* controller.idle
      return telling(passes.splice(0))
    })

    const chapters: Array<Chapter> = []
    for (const { act, happened, phase, title } of scenes) {
      act(emulator.world)
      yield* Discovery.discover(repository)
      if (phase !== undefined) yield* reportFromClusters(phase)
      const chapter = { title, happened, passes: yield* lookAtAll }
      chapters.push(chapter)
      yield* options.onChapter?.(chapter) ?? Effect.void
    }

    const told = yield* tellByItself(
      emulator,
      Effect.andThen(
        controller.idle,
        Effect.sync(() => telling(passes.splice(0)))
      )
    )
    chapters.push(told)
    yield* options.onChapter?.(told) ?? Effect.void

    const before = { requests: emulator.exchanges.length, writes: labelWrites(emulator), versions: yield* versions }
    const looked = yield* lookAtAll
    return {
      chapters,
      secondPass: {
        looked: looked.length,
        requests: emulator.exchanges.length - before.requests,
        labelWrites: labelWrites(emulator) - before.writes,
        statusWrites: (yield* versions).filter((version) => !before.versions.includes(version)).length
      }
    }
  })

/** Nobody looks, and no time passes: GitHub tells of a change, signed, and that is what leads to the look. */
const tellByItself = (emulator: Emulator, passes: Effect.Effect<ReadonlyArray<PassReport>>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const url = yield* WebhookServer.serve({})
      yield* GitHubWebhooks.deliver(emulator.world, { url, secret })
      emulator.world.removeLabel(pr(42), label("qualified"))
      const corrected = Effect.map(passes, (found) => found.filter(({ status }) => status !== "unchanged"))
      return {
        title: "GitHub tells by itself",
        happened: `somebody takes the label ${label("qualified")} from #42; a signed webhook comes in, and nobody has to look`,
        passes: yield* Effect.repeat(Effect.delay(corrected, "10 millis"), { until: ({ length }) => length > 0 })
      } satisfies Chapter
    })
  )

const labelWrites = ({ exchanges }: Emulator) => exchanges.filter(({ method }) => method !== "GET").length

const report = (
  { observation, result, tracker }: Pass,
  { world }: Emulator,
  states: ReadonlyMap<string, LifecycleState.LifecycleState | undefined>
): PassReport => {
  const pullRequest = PullRequest.formatRef(tracker.spec)
  return {
    pullRequest,
    before: states.get(pullRequest),
    state: tracker.status?.state,
    verdict: observation?.decision.verdict,
    status: result._tag,
    reason: observation?.decision.reason ?? result.reason,
    added: result.labelsAdded,
    removed: result.labelsRemoved,
    labels: world.labelsOf(tracker.spec)
  }
}

// A change may lead to more than one look; the one that did something tells more than the one that confirms it.
const telling = (passes: ReadonlyArray<PassReport>): ReadonlyArray<PassReport> =>
  [...Map.groupBy(passes, ({ pullRequest }) => pullRequest).values()]
    .flatMap((group) => group.find(({ status }) => status !== "unchanged") ?? group.slice(-1))
    .toSorted((a, b) => (a.pullRequest < b.pullRequest ? -1 : 1))

const reportFromClusters = (phase: Deployment.Phase) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.list(DriftMonitor), ({ items }) =>
      Effect.forEach(items, (monitor) => store.updateStatus(DriftMonitor, { ...monitor, status: { phase } }), {
        discard: true
      })
    )
  )

const versions = ResourceStore.use((store) =>
  Effect.map(Effect.all([store.list(PullRequestTracker), store.list(DriftMonitor)]), ([trackers, monitors]) =>
    [...trackers.items, ...monitors.items].map(({ metadata }) => metadata.resourceVersion)
  )
)
