import { assert, describe, it } from "@effect/vitest"
import { file, fromSource } from "../support/program.ts"

describe("lockstep operator run", () => {
  it("refuses to look again without a pause", { timeout: 60_000 }, () => {
    const { status, stderr } = fromSource(["operator", "run", "--interval", "0"])
    assert.deepStrictEqual([status, stderr], [64, "error: 0 is no interval\n  wait a second at least: --interval 1\n"])
  })

  it("refuses to start where there is nothing to follow", { timeout: 60_000 }, () => {
    const { status, stderr } = fromSource(["operator", "run"])
    assert.deepStrictEqual(
      [status, stderr],
      [
        64,
        "error: there is nothing to follow\n  name a repository: --repo OWNER/NAME, or a configuration: --config FILE\n"
      ]
    )
  })

  it("refuses to take webhooks that nobody has signed", { timeout: 60_000 }, () => {
    const run = (...args: ReadonlyArray<string>) =>
      fromSource(["operator", "run", "--webhook-listen", "127.0.0.1:0", ...args])
    assert.deepInclude(run(), {
      status: 64,
      stderr: "error: webhooks can't be taken without a secret\n  name a file: --webhook-secret-file FILE\n"
    })
    assert.strictEqual(run("--webhook-secret-file", "/nowhere/secret").status, 1)
  })

  const senseless: ReadonlyArray<readonly [args: string, message: string, hint: string]> = [
    ...["--kubeconfig FILE", "--context prod", "--namespace delivery", "--lease-name other", "--no-election"].map(
      (args) => {
        const [flag] = args.split(" ")
        return [
          args,
          `${flag} is about a cluster, and a local operator has none`,
          `add --mode kubernetes, or leave ${flag} out`
        ] as const
      }
    ),
    [
      "--mode kubernetes --store FILE",
      "--store names a file, and an operator on a cluster keeps its trackers there",
      "leave --store out, or run a local operator: --mode local"
    ],
    [
      "--mode kubernetes --config FILE",
      "--config names a file, and an operator on a cluster goes by the OperatorConfig there",
      "kubectl apply -f FILE, and leave --config out"
    ],
    [
      "--mode kubernetes --dry-run",
      "a dry run would write trackers into the cluster that tell of labels nobody has set",
      "run it without a cluster: --mode local --dry-run"
    ],
    [
      "--mode kubernetes --no-election --lease-name other",
      "--lease-name names the lease that --no-election does without",
      "leave one of them out"
    ]
  ]
  it.each(senseless)("refuses %s", { timeout: 60_000 }, (args, message, hint) => {
    const { status, stderr } = fromSource(["operator", "run", ...args.split(" ")])
    assert.deepStrictEqual([status, stderr], [64, `error: ${message}\n  ${hint}\n`])
  })

  it("says that it needs a kubeconfig where there is none", { timeout: 60_000 }, () => {
    const { status, stderr } = fromSource(["operator", "run", "--mode", "kubernetes"])
    assert.strictEqual(status, 1)
    assert.include(stderr, "error: there is no kubeconfig; name one with --kubeconfig or KUBECONFIG\n")
  })

  it("says that the cluster can't be reached, and where", { timeout: 60_000 }, () => {
    // Nothing listens at port 1.
    const kubeconfig = file(
      "unreachable.yaml",
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "u", user: { token: "secret-token" } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x"
      })
    )
    const run = (...args: ReadonlyArray<string>) =>
      fromSource(["operator", "run", "--mode", "kubernetes", "--kubeconfig", kubeconfig, ...args])
    const { status, stderr } = run()
    assert.strictEqual(status, 1)
    assert.include(stderr, "error: the cluster can't be reached: ")
    assert.include(stderr, "\n  check the kubeconfig, its context, and the user's rights")
    assert.notInclude(stderr, "secret-token")
    assert.include(run("--context", "other").stderr, "the kubeconfig has no context 'other' with a cluster; it has: x")
  })
})
