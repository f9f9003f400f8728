import { ConfigFile } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { readFileSync } from "node:fs"
import { stringify } from "yaml"

const head = "apiVersion: lockstep.dev/v1alpha1\nkind: OperatorConfig\nmetadata:\n  name: lockstep\n"

const problems = (text: string) => {
  const read = ConfigFile.parse(text)
  return Result.isSuccess(read)
    ? []
    : read.failure.map(({ column, line, message, path }) => `${line}:${column} ${path}: ${message}`)
}

const cases: ReadonlyArray<readonly [title: string, text: string, expected: ReadonlyArray<RegExp>]> = [
  ["an empty file", "", [/^1:1 : it is empty; write an OperatorConfig/u]],
  ["nothing but comments", "# nothing\n", [/^1:1 : it is empty/u]],
  ["what is no YAML", `${head}spec:\n  repositories: [\n`, [/^\d+:\d+ : /u]],
  [
    "a key that is there twice",
    `${head}spec:\n  repositories: []\n  repositories: []\n`,
    [/^7:3 : Map keys must be unique/u]
  ],
  [
    "several objects",
    `${head}spec: { repositories: [] }\n---\n${head}spec: { repositories: [] }\n`,
    [/several objects/u]
  ],
  [
    "another kind",
    "apiVersion: lockstep.dev/v1alpha1\nkind: ClusterConfig\nmetadata: { name: lockstep }\nspec: { repositories: [] }\n",
    [/^2:1 kind: /u]
  ],
  [
    "another name",
    head.replace("name: lockstep", "name: other") + "spec: { repositories: [] }\n",
    [/^4:3 metadata\.name: /u]
  ],
  [
    "a field that is missing, at what it is missing from",
    `${head}spec:\n  prune: keep\n`,
    [/^5:1 spec\.repositories: Missing key/u]
  ],
  ["a field that is not known", `${head}spec:\n  repositories: []\n  prunes: keep\n`, [/^7:3 spec\.prunes: /u]],
  [
    "several values that are not allowed, each at its place",
    `${head}spec:\n  repositories:\n    - { owner: acme, name: "a b" }\n  syncIntervalSeconds: 1\n  prune: all\n`,
    [/^7:22 spec\.repositories\[0\]\.name: /u, /^8:3 spec\.syncIntervalSeconds: /u, /^9:3 spec\.prune: /u]
  ],
  [
    "what a rule forbids",
    `${head}spec:\n  repositories: []\n  qualification:\n    checks: named\n`,
    [/^7:3 spec\.qualification: qualification\.named lists the checks/u]
  ],
  [
    "a token and an App",
    `${head}spec:\n  repositories: []\n  github:\n    tokenSecretRef: { name: a, key: b }\n    app: { id: "1", installation: 2, privateKeySecretRef: { name: a, key: b } }\n`,
    [/^7:3 spec\.github: GitHub is reached with a token or as an App, not both/u]
  ],
  [
    "names of labels that mean the same",
    `${head}spec:\n  repositories: []\n  labels:\n    names: { merged: Closed }\n`,
    [/^7:3 spec\.labels: .*would stand for closed and merged/u]
  ]
]

describe("ConfigFile.parse", () => {
  it.each(cases)("tells of %s", (_, text, expected) => {
    const found = problems(text)
    assert.strictEqual(found.length, expected.length, found.join("\n"))
    for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? "", pattern)
  })

  it("reads the example, and knows where each value is", () => {
    const text = readFileSync(new URL("../../../examples/resources/OperatorConfig.yaml", import.meta.url), "utf8")
    const read = Result.getOrThrow(ConfigFile.parse(text))
    assert.strictEqual(read.spec.prune, "ended")
    assert.deepStrictEqual(read.locate(["spec", "prune"]), {
      line: text.split("\n").findIndex((line) => line.startsWith("  prune:")) + 1,
      column: 3
    })
    assert.isUndefined(read.locate(["spec", "nothing"]))
  })

  it("reads JSON as well", () => {
    const object = { apiVersion: "lockstep.dev/v1alpha1", kind: "OperatorConfig", metadata: { name: "lockstep" } }
    const spec = { repositories: [{ owner: "acme", name: "web" }] }
    const [json, yaml] = [JSON.stringify({ ...object, spec }, null, 2), stringify({ ...object, spec })].map((text) =>
      Result.getOrThrow(ConfigFile.parse(text))
    )
    assert.deepStrictEqual(json?.spec, yaml?.spec)
  })
})
