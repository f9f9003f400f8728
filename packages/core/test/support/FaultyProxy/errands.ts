import type { CallFault } from "./callFaults.ts"
import type { StreamFault } from "./streamFaults.ts"

/** What a request is for. */
export type Errand = "watch" | "list" | "page" | "read" | "write"

export const errandOf = (method: string, url: URL): Errand => {
  if (method !== "GET") return "write"
  if (url.searchParams.get("watch") === "true") return "watch"
  if (url.searchParams.has("continue")) return "page"
  // …/namespaces/NAMESPACE/PLURAL/NAME
  return url.pathname.split("/").length > 7 ? "read" : "list"
}

export type Fault = CallFault | StreamFault

const refusals = ["limited", "failed", "overloaded", "reset"] as const
const brokenAnswers = ["answerCut", "halfClosed", "garbage", "dribble", "crawl", "silence"] as const
const answersNobodyGot = ["answerLost", "answerFailed", "late"] as const

/** What can go wrong with which requests, and how many others go well meanwhile. */
export const errands: {
  readonly [E in Errand]: { readonly faults: ReadonlyArray<Fault>; readonly well: number; readonly first?: Fault }
} = {
  watch: {
    faults: [
      ...refusals,
      "gone",
      "silence",
      "cutInFrame",
      "resetInFrame",
      "halfClosedInFrame",
      "endedInFrame",
      "ended",
      "garbageLine",
      "garbageInLine",
      "noEvent",
      "expiredEvent",
      "failedEvent",
      "limitedEvent",
      "repeated",
      "slow",
      "silent"
    ],
    well: 4
  },
  // A server that has just started asks for patience.
  list: { faults: [...refusals, ...brokenAnswers], well: 20, first: "limited" },
  page: { faults: ["gone", ...refusals, ...brokenAnswers], well: 30 },
  read: { faults: [...refusals, ...brokenAnswers], well: 120 },
  write: { faults: [...refusals, ...brokenAnswers, ...answersNobodyGot], well: 120 }
}
