/**
 * What an in-process GitHub tells of by itself, signed as GitHub signs it.
 *
 * @since 0.1.0
 */
import { Effect, Queue, Redacted, type Scope } from "effect"
import { createHmac, randomUUID } from "node:crypto"
import { views } from "./GitHubViews.ts"
import type { GitHubWorld } from "./GitHubWorld.ts"
import type { WorldEvent } from "./GitHubWorld/Events.ts"

/**
 * A delivery of a webhook, ready to be sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignedDelivery {
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/**
 * Signs a body as GitHub does.
 *
 * @category webhooks
 * @since 0.1.0
 */
export const sign = (secret: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`

/**
 * Gathers everything that happens from now on as deliveries, in the order in which it happens. Tests lose, double and reorder
 * them as the network does.
 *
 * **Example** (Telling one's own program what happens)
 *
 * ```ts
 * import { GitHubEmulator, GitHubWebhooks } from "@lockstep/github-sync/testing"
 * import { Effect } from "effect"
 *
 * const told = Effect.gen(function* () {
 *   const { world } = yield* GitHubEmulator
 *   const deliveries = GitHubWebhooks.gather(world, "a secret")
 *   world.addLabels({ repository: { owner: "acme", name: "web" }, number: 1 }, ["speed"])
 *   return deliveries.map(({ headers }) => headers["x-github-event"]) // => ["pull_request"]
 * })
 * ```
 *
 * @category webhooks
 * @since 0.1.0
 */
export const gather = (world: GitHubWorld, secret: string): ReadonlyArray<SignedDelivery> => {
  const deliveries: Array<SignedDelivery> = []
  world.onEvent((event) => void deliveries.push(deliveryOf(event, secret)))
  return deliveries
}

const deliveryOf = (event: WorldEvent, secret: string): SignedDelivery => {
  const body = JSON.stringify(payloadOf(event))
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/test",
      "x-github-delivery": randomUUID(),
      "x-github-event": event.event,
      "x-hub-signature-256": sign(secret, body)
    },
    body
  }
}

/**
 * Delivers everything that happens to an address, one after the other and in order, until the scope ends.
 *
 * **Details**
 *
 * As GitHub does it, each is sent once: what nobody takes within 10 seconds is lost, which the log tells.
 *
 * @category webhooks
 * @since 0.1.0
 */
export const deliver = (
  world: GitHubWorld,
  options: { readonly url: URL; readonly secret: Redacted.Redacted }
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const waiting = yield* Queue.unbounded<SignedDelivery>()
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        world.onEvent((event) => void Queue.offerUnsafe(waiting, deliveryOf(event, Redacted.value(options.secret))))
      ),
      (stop) => Effect.sync(stop)
    )
    yield* Effect.flatMap(Queue.take(waiting), (delivery) => send(options.url, delivery)).pipe(
      Effect.forever,
      Effect.forkScoped
    )
  })

const send = (url: URL, { body, headers }: SignedDelivery): Effect.Effect<void> =>
  Effect.tryPromise((signal) => fetch(url, { method: "POST", headers, body, signal })).pipe(
    Effect.timeout("10 seconds"),
    Effect.flatMap(({ status }) =>
      status < 300
        ? Effect.void
        : Effect.logWarning(`A webhook (${headers["x-github-event"]}) was answered with ${status}`)
    ),
    Effect.catch(() =>
      Effect.logWarning(`A webhook (${headers["x-github-event"]}) could not be delivered to ${url.href}`)
    )
  )

const payloadOf = (happened: WorldEvent) => {
  const show = views("https://api.github.com")
  const common = { repository: show.repository(happened.repository), sender: show.user("octocat") }
  switch (happened.event) {
    case "pull_request": {
      const { action, before, label, pullRequest, repository } = happened
      return {
        action,
        number: pullRequest.number,
        pull_request: show.pullRequest(pullRequest, true),
        ...(label === undefined ? {} : { label: show.label(label, repository) }),
        ...(before === undefined ? {} : { before, after: pullRequest.head.sha }),
        ...common
      }
    }
    case "pull_request_review":
      return {
        action: "submitted",
        review: show.review(happened.review, happened.pullRequest),
        pull_request: show.pullRequestSimple(happened.pullRequest),
        ...common
      }
    case "check_run":
      return {
        action: happened.check.status === "completed" ? "completed" : "created",
        check_run: {
          ...show.checkRun(happened.check, happened.sha, happened.repository),
          check_suite: { id: happened.check.id, head_sha: happened.sha, status: happened.check.status }
        },
        ...common
      }
    case "status":
      return {
        ...show.status(happened.status, happened.sha, happened.repository),
        sha: happened.sha,
        name: `${happened.repository.owner}/${happened.repository.name}`,
        commit: show.commit(happened.sha, happened.repository),
        branches: [],
        ...common
      }
    case "label":
      return {
        action: happened.action,
        label: show.label(happened.label, happened.repository),
        ...(happened.from === undefined ? {} : { changes: { name: { from: happened.from } } }),
        ...common
      }
  }
}
