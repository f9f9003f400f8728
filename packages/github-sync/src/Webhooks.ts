/**
 * Takes in what GitHub tells of by itself.
 *
 * @since 0.1.0
 */
import { verify } from "@octokit/webhooks-methods"
import { Context, Effect, Layer, PubSub, Redacted, type Scope } from "effect"
import * as Notice from "./Webhooks/Notice.ts"

/**
 * One delivery of a webhook, as it came over the wire.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery {
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** As it was sent, byte for byte: the signature is over it. */
  readonly body: string
}

/**
 * What became of a delivery, and the status to answer it with.
 *
 * | outcome | status | meaning |
 * |---|---|---|
 * | `accepted` | 202 | it is looked at |
 * | `duplicate` | 202 | it was delivered before |
 * | `ignored` | 204 | it is about nothing of interest |
 * | `unsigned` | 401 | it has no signature, or one of somebody who doesn't know the secret |
 * | `unsupported` | 415 | the webhook is set up to send forms instead of JSON |
 * | `unreadable` | 400 | it isn't what GitHub sends |
 *
 * @category models
 * @since 0.1.0
 */
export type Receipt = "accepted" | "duplicate" | "ignored" | "unsigned" | "unsupported" | "unreadable"

/**
 * The status to answer a delivery with.
 *
 * @category models
 * @since 0.1.0
 */
export const statusOf: { readonly [Outcome in Receipt]: number } = {
  accepted: 202,
  duplicate: 202,
  ignored: 204,
  unsigned: 401,
  unsupported: 415,
  unreadable: 400
}

/**
 * Settings of the receiver.
 *
 * @category models
 * @since 0.1.0
 */
export interface WebhooksOptions {
  /**
   * The secrets that are accepted, asked for with every delivery. While one is exchanged for another, both are in the list.
   */
  readonly secrets: Effect.Effect<ReadonlyArray<Redacted.Redacted>>
  /** How many deliveries are remembered, so that none is taken twice (10,000 if left out). */
  readonly remember?: number
}

/**
 * Takes in what GitHub tells of by itself, and tells those who are interested what is worth looking at.
 *
 * **Details**
 *
 * The signature is checked before anything else. A delivery leads to nothing but a look: what it says is not believed, since
 * it may be old, doubled or out of order. So it does no harm to deliver one again, and none to lose one, since repositories
 * are looked at from time to time anyway.
 *
 * **Gotchas**
 *
 * GitHub signs the body, not the number of the delivery. Somebody who has recorded a delivery can make Lockstep look once
 * more, and nothing else.
 *
 * @category services
 * @since 0.1.0
 */
export class Webhooks extends Context.Service<
  Webhooks,
  {
    /** Takes a delivery in. It is done as soon as it is clear what is to be looked at; looking comes later. */
    receive(delivery: Delivery): Effect.Effect<Receipt>
    /** Everything that is worth looking at from now on. */
    readonly notices: Effect.Effect<PubSub.Subscription<Notice.Notice>, never, Scope.Scope>
  }
>()("@lockstep/github-sync/Webhooks") {
  /** Takes deliveries in that are signed with one of the secrets. */
  static readonly layerWith = (options: WebhooksOptions): Layer.Layer<Webhooks> => Layer.effect(Webhooks, make(options))
}

const make = (options: WebhooksOptions): Effect.Effect<Webhooks["Service"]> =>
  Effect.gen(function* () {
    // Whoever reads too slowly misses the oldest, and finds out at the next look at the repository.
    const notices = yield* PubSub.sliding<Notice.Notice>(10_000)
    const taken = new Set<string>()

    const isNew = (id: string): boolean => {
      if (taken.has(id)) return false
      taken.add(id)
      for (const oldest of taken) {
        if (taken.size <= (options.remember ?? 10_000)) break
        taken.delete(oldest)
      }
      return true
    }

    const isSigned = (body: string, signature: string) =>
      Effect.gen(function* () {
        for (const secret of yield* options.secrets) {
          const text = Redacted.value(secret)
          // Whoever signs with nothing has signed nothing.
          if (text !== "" && (yield* Effect.promise(() => verify(text, body, signature)))) return true
        }
        return false
      })

    return Webhooks.of({
      notices: PubSub.subscribe(notices),
      receive: Effect.fn("Webhooks.receive")(function* ({ body, headers }) {
        const signature = headers["x-hub-signature-256"] ?? ""
        if (signature === "" || body === "" || !(yield* isSigned(body, signature))) return "unsigned"
        if (!(headers["content-type"] ?? "").startsWith("application/json")) return "unsupported"
        const event = headers["x-github-event"]
        const id = headers["x-github-delivery"]
        if (event === undefined || id === undefined) return "unreadable"
        const reading = Notice.read(event, body)
        if (reading._tag !== "notice") return reading._tag
        if (!isNew(id)) return "duplicate"
        yield* PubSub.publish(notices, reading.notice)
        return "accepted"
      })
    })
  })
