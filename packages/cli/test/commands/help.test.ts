import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestConsole } from "effect/testing"
import { run } from "../../src/Cli.ts"
import { lockstep, withBundle } from "../support/program.ts"

withBundle()

/** The help of a command, as the program itself makes it. */
const helpOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const before = (yield* TestConsole.logLines).length
  yield* run([...path, "--help"])
  return (yield* TestConsole.logLines).slice(before).map(String).join("\n")
})

/** The commands below a command, from its help. */
const below = (path: ReadonlyArray<string>, help: string): ReadonlyArray<ReadonlyArray<string>> => {
  const list = /^SUBCOMMANDS\n((?: {2}.*\n?)+)/m.exec(help)?.[1] ?? ""
  return list.split("\n").flatMap((line) => {
    const name = /^ {2}([a-z-]+)/.exec(line)?.[1]
    return name === undefined ? [] : [[...path, name]]
  })
}

const spaced = (text: string) => text.trimEnd()

/** The help of a haproxy command without the flags that all commands have. */
const ownHelp = (command: string): string | undefined => {
  const { status, stderr, stdout } = lockstep(["haproxy", command, "--help"])
  assert.deepStrictEqual([status, stderr], [0, ""])
  return stdout.split("GLOBAL FLAGS")[0]?.trimEnd()
}

describe("lockstep --help", () => {
  it.effect(
    "is in the bundle what each command says of itself",
    () =>
      Effect.gen(function* () {
        const waiting: Array<ReadonlyArray<string>> = [[]]
        let seen = 0
        for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
          const help = yield* helpOf(path)
          assert.strictEqual(spaced(lockstep([...path, "--help"]).stdout), spaced(help), path.join(" "))
          waiting.push(...below(path, help))
          seen++
        }
        assert.isAtLeast(seen, 12)
      }).pipe(Effect.provide(NodeServices.layer)),
    60_000
  )

  it("is also what -h asks for", () => {
    assert.strictEqual(lockstep(["haproxy", "diff", "-h"]).stdout, lockstep(["haproxy", "diff", "--help"]).stdout)
  })

  it("explains haproxy check", () => {
    expect(ownHelp("check")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Check configurations as HAProxy would, with file, line and column

      USAGE
        lockstep haproxy check [flags] <file...>

      ARGUMENTS
        file... string    A configuration, a folder of *.cfg files, or - for stdin

      FLAGS
        --haproxy-version choice    The version whose language is meant where there is no server (choices: 2.6, 2.8, 3.0, 3.1, 3.2, 3.3, 3.4)
        --output, -o choice         How the result is written (choices: human, json, ndjson)"
    `)
  })

  it("explains haproxy print", () => {
    expect(ownHelp("print")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Write a configuration back from its parsed form, byte for byte

      USAGE
        lockstep haproxy print [flags] <file>

      ARGUMENTS
        file string    A configuration, a folder of *.cfg files, or - for stdin"
    `)
  })

  it("explains haproxy tokens", () => {
    expect(ownHelp("tokens")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Write the words of each statement as HAProxy sees them, one JSON line a statement

      USAGE
        lockstep haproxy tokens [flags] <file...>

      ARGUMENTS
        file... string    A configuration, a folder of *.cfg files, or - for stdin

      FLAGS
        --env                       Replace environment references by their values
        --haproxy-version choice    The version whose language is meant where there is no server (choices: 2.6, 2.8, 3.0, 3.1, 3.2, 3.3, 3.4)"
    `)
  })

  it("explains haproxy model", () => {
    expect(ownHelp("model")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Show a configuration's model, in the Data Plane API's names

      USAGE
        lockstep haproxy model [flags] <file...>

      ARGUMENTS
        file... string    A configuration, a folder of *.cfg files, or - for stdin

      FLAGS
        --text                      Write the text that the model alone gives
        --haproxy-version choice    The version whose language is meant where there is no server (choices: 2.6, 2.8, 3.0, 3.1, 3.2, 3.3, 3.4)
        --output, -o choice         How the result is written (choices: human, json, ndjson)"
    `)
  })

  it("explains haproxy diff", () => {
    expect(ownHelp("diff")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Show what differs between two configurations, and how it would be sent

      USAGE
        lockstep haproxy diff [flags] <current> <desired>

      ARGUMENTS
        current string    What is there: a file, a folder, or - for stdin
        desired string    What should be there, or a plan file

      FLAGS
        --haproxy-version choice    The version whose language is meant where there is no server (choices: 2.6, 2.8, 3.0, 3.1, 3.2, 3.3, 3.4)
        --order choice              Whether the order of servers and other named things counts; auto: where it has a meaning (choices: strict, ignore, auto)
        --own glob                  Touch only these sections, as in backend/team-a-*, and leave all others as they are; may be given several times
        --max-deletes integer       Refuse a plan that deletes more sections, servers and other named things than this
        --protect glob              Refuse a plan that deletes one of these sections or something in it; may be given several times
        --detailed-exitcode         End with exit code 2 when changes are pending
        --output, -o choice         How the plan is written: markdown for a pull request, github as annotations of GitHub Actions, diff as a text that patch takes (choices: human, json, ndjson, markdown, github, diff)"
    `)
  })

  it("explains haproxy simulate", () => {
    expect(ownHelp("simulate")).toMatchInlineSnapshot(`
      "DESCRIPTION
        Write the text that a configuration becomes when the plan is applied, without a server

      USAGE
        lockstep haproxy simulate [flags] <current> <desired>

      ARGUMENTS
        current string    What is there: a file, a folder, or - for stdin
        desired string    What should be there, or a plan file

      FLAGS
        --haproxy-version choice    The version whose language is meant where there is no server (choices: 2.6, 2.8, 3.0, 3.1, 3.2, 3.3, 3.4)
        --order choice              Whether the order of servers and other named things counts; auto: where it has a meaning (choices: strict, ignore, auto)
        --own glob                  Touch only these sections, as in backend/team-a-*, and leave all others as they are; may be given several times
        --max-deletes integer       Refuse a plan that deletes more sections, servers and other named things than this
        --protect glob              Refuse a plan that deletes one of these sections or something in it; may be given several times"
    `)
  })
})

describe("lockstep --version", () => {
  it("tells the version of the package", () => {
    assert.match(lockstep(["--version"]).stdout, / v\d+\.\d+\.\d+\n$/)
  })
})
