import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { file, lockstep, withBundle } from "../support/program.ts"

withBundle()

const example = readFileSync(new URL("../../../../examples/resources/OperatorConfig.yaml", import.meta.url), "utf8")

const wrong = example.replace("prune: ended", "prune: never").replace("approvals: 1", "approval: 1")

const lineOf = (text: string, start: string) =>
  text.split("\n").findIndex((line) => line.trimStart().startsWith(start)) + 1

describe("lockstep config check", () => {
  it("is content with the example, and with an environment in which nothing is set", () => {
    assert.deepInclude(lockstep(["config", "check", file("good.yaml", example)]), {
      status: 0,
      stdout: "FOLDER/good.yaml: ok\n",
      stderr: ""
    })
    assert.deepInclude(lockstep(["config", "check"]), { status: 0, stdout: "environment: ok\n" })
    assert.deepInclude(lockstep(["config", "check", "-"], { input: example }), { status: 0, stdout: "-: ok\n" })
  })

  it("tells every mistake of every file with its place, and goes on after one that can't be read", () => {
    const args = ["config", "check", "/nowhere.yaml", file("wrong.yaml", wrong), file("fine.yaml", example)]
    const { status, stdout } = lockstep(args)
    assert.strictEqual(status, 1)
    assert.match(stdout, /^\/nowhere\.yaml: error: there is no such file; check the path\n\/nowhere\.yaml: refused\n/u)
    assert.include(stdout, `FOLDER/wrong.yaml:${lineOf(wrong, "approval")}:5: error: spec.qualification.approval: `)
    assert.include(stdout, `FOLDER/wrong.yaml:${lineOf(wrong, "prune")}:3: error: spec.prune: `)
    assert.match(stdout, /FOLDER\/fine\.yaml: ok\n$/u)

    const json = lockstep([...args, "-o", "json"])
    assert.strictEqual(json.status, 1)
    const { apiVersion, files, kind } = JSON.parse(json.stdout)
    assert.deepStrictEqual([apiVersion, kind], ["lockstep/v1", "ConfigReport"])
    assert.deepStrictEqual(
      files.map((one: { readonly ok: boolean }) => one.ok),
      [false, false, true]
    )
    assert.deepInclude(files[1].diagnostics[1], {
      severity: "error",
      path: "spec.prune",
      line: lineOf(wrong, "prune"),
      column: 3
    })
    const lines = lockstep([...args, "-o", "ndjson"])
      .stdout.trimEnd()
      .split("\n")
    assert.strictEqual(lines.length, 3)
  })

  it("tells what is wrong with the environment, but not the secrets in it", () => {
    const env = {
      LOCKSTEP_GITHUB_APP_ID: "1",
      LOCKSTEP_GITHUB_APP_INSTALLATION: "2",
      LOCKSTEP_GITHUB_APP_PRIVATE_KEY: "hush"
    }
    const { status, stdout } = lockstep(["config", "check"], { env })
    assert.strictEqual(status, 1)
    assert.match(stdout, /^environment: error: .*LOCKSTEP_GITHUB_APP_PRIVATE_KEY/su)
    assert.notInclude(stdout, "hush")
    assert.include(lockstep(["config", "check"], { env: { LOCKSTEP_LOG_LEVEL: "loud" } }).stdout, "LOCKSTEP_LOG_LEVEL")
  })
})

describe("lockstep config show", () => {
  const rows = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
    const { status, stderr, stdout } = lockstep(["config", "show", "--origins", ...args], { env })
    assert.deepStrictEqual([status, stderr], [0, ""])
    return new Map(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => {
          const [name = "", value, origin] = line.split(/ {3,}/u)
          return [name, `${value} | ${origin}`]
        })
    )
  }

  it("shows the defaults where nothing is said", () => {
    const found = rows([])
    assert.strictEqual(found.get("syncIntervalSeconds"), "120 | default")
    assert.strictEqual(found.get("labels.names.merged"), "merged | default")
    assert.strictEqual(found.get("github.url"), "https://api.github.com | default")
    assert.isFalse(found.has("github.token"))
  })

  it("shows flags before the environment, the environment before a file, and a file before what others share", () => {
    const config = file("shown.yaml", example)
    const flags = ["--config", config, "--repo", "acme/api", "--interval", "60"]
    const at = (start: string, column: number) => `file FOLDER/shown.yaml:${lineOf(example, start)}:${column}`
    const found = rows(flags, { GITHUB_TOKEN: "ghs_theirs", GITHUB_API_URL: "https://ghe.example/api/v3" })
    assert.strictEqual(found.get("repositories"), '["acme/api"] | flag --repo')
    assert.strictEqual(found.get("syncIntervalSeconds"), "60 | flag --interval")
    assert.strictEqual(found.get("prune"), `ended | ${at("prune", 3)}`)
    assert.strictEqual(found.get("labels.names.qualified"), `ready to merge | ${at("qualified", 7)}`)
    assert.strictEqual(found.get("labels.names.merged"), "merged | default")
    assert.strictEqual(found.get("github.url"), "https://ghe.example/api/v3 | environment GITHUB_API_URL")
    assert.isFalse(found.has("github.token"))
    assert.strictEqual(
      found.get("github.app.privateKey"),
      `secret github-app, key private-key.pem | ${at("privateKeySecretRef", 7)}`
    )

    const own = rows(flags, { LOCKSTEP_GITHUB_TOKEN: "ghp_ours", GITHUB_TOKEN: "ghs_theirs" })
    assert.strictEqual(own.get("github.token"), "<redacted> | environment LOCKSTEP_GITHUB_TOKEN")
    assert.isFalse(own.has("github.app.id"))
  })

  it("shows no secret in any form", () => {
    const env = {
      LOCKSTEP_GITHUB_TOKEN: "ghp_hush",
      LOCKSTEP_GITHUB_URL: "https://me:hush@ghe.example/api/v3",
      HTTPS_PROXY: "http://me:hush@proxy.example:3128",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:hush@otel.example"
    }
    for (const format of ["human", "json", "ndjson"]) {
      for (const origins of [[], ["--origins"]]) {
        const { status, stderr, stdout } = lockstep(["config", "show", "-o", format, ...origins], { env })
        assert.strictEqual(status, 0, stderr)
        assert.notInclude(stdout + stderr, "hush")
        assert.include(stdout, "proxy.example:3128")
      }
    }
    const { settings } = JSON.parse(lockstep(["config", "show", "--origins", "-o", "json"], { env }).stdout)
    assert.deepInclude(settings, {
      name: "github.token",
      value: "<redacted>",
      origin: { kind: "environment", from: "LOCKSTEP_GITHUB_TOKEN" }
    })
  })

  it("says where a file is wrong", () => {
    const { status, stderr } = lockstep(["config", "show", "--config", file("bad.yaml", wrong)])
    assert.strictEqual(status, 1)
    assert.match(stderr, /^error: FOLDER\/bad\.yaml:\d+:\d+: spec\./u)
  })
})
