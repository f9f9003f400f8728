import { MemoryStore, ResourceStore, type Resource } from "@lockstep/core"
import { ClusterConfig, OperatorConfig, PromotionPolicy } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"

const token = { name: "argocd", key: "token" }
const staging = { environment: "staging", clusters: ["a"] }
const production = { environment: "production", clusters: ["b"] }
const repository = { owner: "acme", name: "web" }
const app = { id: "1", installation: 2, privateKeySecretRef: token }

type Row = readonly [title: string, kind: Resource.Any, spec: Schema.Json, refused: string | undefined]

const rows: ReadonlyArray<Row> = [
  ["an internal cluster without a URL", ClusterConfig, { mode: "internal", argoCD: {} }, undefined],
  [
    "an external cluster without a token",
    ClusterConfig,
    { mode: "external", argoCD: { url: "https://a.example" } },
    "external cluster needs"
  ],
  [
    "an external cluster without a URL",
    ClusterConfig,
    { mode: "external", argoCD: { tokenSecretRef: token } },
    "external cluster needs"
  ],
  [
    "an external cluster",
    ClusterConfig,
    { mode: "external", argoCD: { url: "https://a.example/argo", tokenSecretRef: token } },
    undefined
  ],
  [
    "a password in a URL",
    ClusterConfig,
    { mode: "internal", argoCD: { url: "https://me:pw@a.example" } },
    "without a password"
  ],
  [
    "a certificate authority for plain http",
    ClusterConfig,
    { mode: "internal", argoCD: { url: "http://a.example", caSecretRef: token } },
    "https"
  ],
  ["a mode that doesn't exist", ClusterConfig, { mode: "remote", argoCD: {} }, "internal"],
  [
    "a promotion to the same environment",
    PromotionPolicy,
    { repository, from: staging, to: { ...production, environment: "staging" }, gates: {} },
    "another environment"
  ],
  [
    "a cluster in both environments",
    PromotionPolicy,
    { repository, from: staging, to: { ...production, clusters: ["b", "a"] }, gates: {} },
    "one of the two"
  ],
  [
    "no cluster to come from",
    PromotionPolicy,
    { repository, from: { ...staging, clusters: [] }, to: production, gates: {} },
    "clusters"
  ],
  [
    "a promotion",
    PromotionPolicy,
    { repository, from: staging, to: production, gates: { soakSeconds: 60 } },
    undefined
  ],
  ["nothing but repositories", OperatorConfig, { repositories: [repository] }, undefined],
  ["a token and an App", OperatorConfig, { repositories: [], github: { tokenSecretRef: token, app } }, "not both"],
  ["an App", OperatorConfig, { repositories: [], github: { app } }, undefined],
  [
    "names of checks where all count",
    OperatorConfig,
    { repositories: [], qualification: { named: ["unit"] } },
    "qualification.named"
  ],
  [
    "no names of checks where they are named",
    OperatorConfig,
    { repositories: [], qualification: { checks: "named" } },
    "qualification.named"
  ],
  ["an interval of a second", OperatorConfig, { repositories: [], syncIntervalSeconds: 1 }, "syncIntervalSeconds"]
]

describe("the rules of the kinds", () => {
  for (const [title, kind, json, refused] of rows) {
    it.effect(`${refused === undefined ? "take" : "refuse"} ${title}`, () =>
      Effect.gen(function* () {
        const store = yield* ResourceStore
        const namespace = kind.scope === "Namespaced" ? { namespace: "default" } : {}
        const result = yield* Effect.result(
          Effect.flatMap(Schema.decodeUnknownEffect(kind.spec)(json), (spec) =>
            store.create(kind, { metadata: { name: "a", ...namespace }, spec })
          )
        )
        if (refused === undefined) assert.isTrue(Result.isSuccess(result), String(result))
        else assert.include(Result.isFailure(result) ? String(result.failure) : "", refused)
      }).pipe(Effect.provide(MemoryStore.layer()))
    )
  }
})
