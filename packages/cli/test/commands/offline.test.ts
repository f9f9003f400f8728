import { sha256 } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"
import { version } from "../../src/version.ts"
import { bytesOf, file, folderOfTest, lockstep, onFullDisk, withBundle } from "../support/program.ts"

withBundle()

const small = "global\n  maxconn 100\n\nbackend app\n  server s1 10.0.0.1:80 weight 10 # one\n"
const heavier = small.replace("weight 10", "weight 20")

describe("lockstep --help", () => {
  it("is the same text that the commands themselves give", () => {
    for (const path of [[], ["haproxy"], ["haproxy", "diff"], ["github", "sync"], ["operator", "run"]]) {
      const kept = lockstep([...path, "--help"])
      // With a flag in front the text is not looked up but made.
      const made = lockstep(["--log-level", "warn", ...path, "--help"])
      assert.deepStrictEqual([kept.status, made.status], [0, 0])
      assert.strictEqual(kept.stdout, made.stdout)
    }
  })

  it("lists the commands", () => {
    const { stdout } = lockstep(["haproxy", "--help"])
    const names = stdout
      .split("SUBCOMMANDS\n")[1]
      ?.match(/^ {2}\S+/gm)
      ?.map((name) => name.trim())
    expect(names).toMatchInlineSnapshot(`
      [
        "check",
        "print",
        "fmt",
        "tokens",
        "model",
        "fields",
        "diff",
        "simulate",
        "plan",
        "apply",
        "drift",
        "rollback",
        "fleet",
        "show",
        "emulator",
      ]
    `)
  })
})

describe("lockstep completions", () => {
  it.each(["bash", "zsh", "fish"])("writes a script for %s that knows the commands", (shell) => {
    const { status, stdout } = lockstep(["completions", shell])
    assert.strictEqual(status, 0)
    for (const word of ["haproxy", "completions", "rollback", "detailed-exitcode"]) assert.include(stdout, word)
  })

  it("ends with 64 for a shell it doesn't know", () => {
    assert.strictEqual(lockstep(["completions", "dish"]).status, 64)
  })
})

describe("lockstep version", () => {
  it("writes the version and nothing else", () => {
    const { status, stdout } = lockstep(["version"])
    assert.deepStrictEqual([status, stdout], [0, `${version}\n`])
  })
})

describe("lockstep haproxy fmt", () => {
  const crooked = "# ours\nbackend  app\n\tserver s1   10.0.0.1:80 # one\n   mode http\n"
  const straight = "# ours\nbackend app\n  mode http\n  server s1 10.0.0.1:80 # one\n"

  it("writes the canonical form to stdout", () => {
    const { status, stdout } = lockstep(["haproxy", "fmt", "-"], { input: crooked })
    assert.deepStrictEqual([status, stdout], [0, straight])
  })

  it("replaces files, keeps their modes, and says which", () => {
    const path = file("crooked.cfg", crooked)
    chmodSync(path, 0o640)
    const { status, stderr, stdout } = lockstep(["haproxy", "fmt", "--write", path, file("straight.cfg", straight)])
    assert.deepStrictEqual([status, stdout, stderr], [0, "", "formatted: FOLDER/crooked.cfg\n"])
    assert.strictEqual(readFileSync(path, "utf8"), straight)
    assert.strictEqual(statSync(path).mode & 0o777, 0o640)
  })

  it("replaces what a symbolic link names, and leaves the link one", () => {
    const link = join(folderOfTest, "link.cfg")
    symlinkSync(file("linked.cfg", crooked), link)
    assert.strictEqual(lockstep(["haproxy", "fmt", "-w", link]).status, 0)
    assert.isTrue(lstatSync(link).isSymbolicLink())
    assert.strictEqual(readFileSync(link, "utf8"), straight)
  })

  it("leaves a file as it was when the disk is full, and nothing beside it", () => {
    const long = crooked.repeat(200)
    const path = file("long.cfg", long)
    const { status, stderr } = onFullDisk(["haproxy", "fmt", "-w", path])
    assert.strictEqual(status, 1)
    expect(stderr).toMatchInlineSnapshot(`
      "error: FOLDER/long.cfg: the file could not be written (EFBIG: file too large, write); what was there is as it was
        check the path, the folder's owner and mode, and the disk
      "
    `)
    assert.strictEqual(readFileSync(path, "utf8"), long)
    assert.isEmpty(readdirSync(folderOfTest).filter((name) => name.endsWith(".tmp")))
  })

  it("fails for each file that is not in canonical form when it only checks", () => {
    const path = file("unchecked.cfg", crooked)
    const { status, stderr, stdout } = lockstep(["haproxy", "fmt", "--check", path, file("checked.cfg", straight)])
    assert.deepStrictEqual([status, stdout], [1, ""])
    expect(stderr).toMatchInlineSnapshot(`
      "error: FOLDER/unchecked.cfg: the file is not in canonical form
        run: lockstep haproxy fmt --write FOLDER/unchecked.cfg
      "
    `)
    assert.strictEqual(readFileSync(path, "utf8"), crooked)
  })

  it("changes nothing of a file that HAProxy would refuse", () => {
    const path = file("broken.cfg", 'global\n   log "x\n')
    const { status, stderr } = lockstep(["haproxy", "fmt", "--write", path])
    assert.strictEqual(status, 1)
    assert.include(stderr, "FOLDER/broken.cfg:2:8: this double quote is not closed")
    assert.strictEqual(readFileSync(path, "utf8"), 'global\n   log "x\n')
  })

  it("keeps bytes that are no UTF-8", () => {
    const bytes = Buffer.from("global\n  daemon # caf\xe9\n", "latin1")
    assert.isTrue(bytesOf(["haproxy", "fmt", "-"], bytes).equals(bytes))
  })

  it.each([
    ["stdin can't be replaced", ["--write", "-"]],
    ["--check writes nothing", ["--write", "--check", "a.cfg"]]
  ])("says that %s", (sentence, args) => {
    const { status, stderr, stdout } = lockstep(["haproxy", "fmt", ...args], { input: crooked })
    assert.deepStrictEqual([status, stdout], [64, ""])
    assert.include(stderr, sentence)
  })
})

describe("lockstep haproxy fields", () => {
  it("shows which fields a section's lines set", () => {
    const { status, stdout } = lockstep(["haproxy", "fields", "backend", "hash-type", "dynamic-cookie-key", "guid"])
    assert.strictEqual(status, 0)
    expect(stdout).toMatchInlineSnapshot(`
      "KEYWORD             FIELD               TYPE    VERSIONS  NOTES   VALUES
      hash-type           hash_type.method    string                    map-based | consistent
                          hash_type.function  string                    sdbm | djb2 | wt6 | crc32 | none
                          hash_type.modifier  string                    avalanche
      dynamic-cookie-key  dynamic_cookie_key  string            secret
      guid                guid                string
      "
    `)
  })

  it("gives the same as a document", () => {
    const { stdout } = lockstep(["haproxy", "fields", "cache", "max-age", "-o", "ndjson"])
    assert.deepInclude(JSON.parse(stdout), {
      kind: "Fields",
      section: "cache",
      lines: [{ keyword: "max-age", repeats: false, fields: [{ path: "max_age", type: "integer" }] }]
    })
  })

  it("says that there is no such line", () => {
    const { status, stderr } = lockstep(["haproxy", "fields", "cache", "bind"])
    assert.strictEqual(status, 64)
    assert.include(stderr, "cache has no line that begins with bind and sets fields")
  })
})

describe("lockstep haproxy print", () => {
  it("gives back every byte, also of a file that is no UTF-8", () => {
    const bytes = Buffer.concat([
      Buffer.from("global\n  # caf"),
      Buffer.from([0xe9, 0x0d, 0x0a]),
      Buffer.from("  daemon\n")
    ])
    assert.isTrue(bytesOf(["haproxy", "print", file("bytes.cfg", bytes)]).equals(bytes))
  })

  it("reads stdin", () => {
    assert.strictEqual(lockstep(["haproxy", "print", "-"], { input: small }).stdout, small)
  })

  it.each([
    ["a file that is not there", "missing.cfg", "error: FOLDER/missing.cfg: there is no such file\n  check the path\n"],
    [
      "a folder without *.cfg",
      "empty",
      "error: FOLDER/empty: the folder holds no *.cfg file\n  HAProxy reads only files whose name ends in .cfg\n"
    ]
  ])("says what is wrong with %s", (_, name, sentence) => {
    mkdirSync(join(folderOfTest, "empty"), { recursive: true })
    const { status, stderr, stdout } = lockstep(["haproxy", "print", join(folderOfTest, name)])
    assert.deepStrictEqual([status, stdout, stderr], [1, "", sentence])
  })
})

describe("lockstep haproxy tokens", () => {
  it("writes the words of each statement, and the environment's values only when asked", () => {
    const path = file("words.cfg", 'global\n  setenv NAME "a b"\n  log "${NAME}" local0\n')
    const lines = (args: ReadonlyArray<string>) =>
      lockstep(["haproxy", "tokens", ...args, path])
        .stdout.trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { readonly words: ReadonlyArray<string> }).words)
    assert.deepStrictEqual(lines([]).at(-1), ["log", "${NAME}", "local0"])
    assert.deepStrictEqual(lines(["--env"]).at(-1), ["log", "a b", "local0"])
  })
})

describe("lockstep haproxy model", () => {
  it("shows the Data Plane API's names", () => {
    const { stdout } = lockstep(["haproxy", "model", "-o", "json", file("model.cfg", small)])
    const { apiVersion, kind, sections } = JSON.parse(stdout) as {
      readonly apiVersion: string
      readonly kind: string
      readonly sections: { readonly backends: ReadonlyArray<unknown> }
    }
    assert.deepStrictEqual([apiVersion, kind], ["lockstep/v1", "Model"])
    assert.deepStrictEqual(sections.backends, [
      {
        name: "app",
        servers: { s1: { name: "s1", address: "10.0.0.1", port: 80, weight: 10, metadata: { comment: "one" } } }
      }
    ])
  })

  it("works through all files and reports the one that fails", () => {
    const { status, stdout } = lockstep([
      "haproxy",
      "model",
      "-o",
      "ndjson",
      file("a.cfg", small),
      join(folderOfTest, "none.cfg"),
      file("b.cfg", small)
    ])
    const kinds = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly kind: string }).kind)
    assert.deepStrictEqual([status, kinds], [1, ["Model", "Error", "Model"]])
  })
})

describe("lockstep haproxy diff", () => {
  it("tells what differs, and that HAProxy takes it while it runs", () => {
    const { status, stdout } = lockstep(["haproxy", "diff", file("old.cfg", small), file("new.cfg", heavier)])
    assert.strictEqual(status, 0)
    expect(stdout).toMatchInlineSnapshot(`
      "backend app
        ~ Update server 's1' in backend 'app'
            weight: 10 → 20

      Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 36 ms, no reload.
      "
    `)
  })

  it("says on stderr what HAProxy will refuse of the desired configuration", () => {
    const wrong = file("wrong.cfg", `${small}  balance rounrobin\n`)
    const { status, stderr, stdout } = lockstep(["haproxy", "diff", file("old.cfg", small), wrong, "-o", "json"])
    assert.strictEqual(status, 0)
    assert.strictEqual(JSON.parse(stdout).kind, "Plan")
    expect(stderr).toMatchInlineSnapshot(`
      "FOLDER/wrong.cfg:6:11: error: "rounrobin" is unknown behind "balance" (did you mean "roundrobin"?)
      HAProxy 3.2 is expected to refuse this configuration; see: lockstep haproxy check
      "
    `)
  })

  it("ends with 2 when changes are pending and that was asked for", () => {
    const [one, two] = [file("old.cfg", small), file("new.cfg", heavier)]
    assert.strictEqual(lockstep(["haproxy", "diff", one, two, "--detailed-exitcode"]).status, 2)
    assert.strictEqual(lockstep(["haproxy", "diff", one, one, "--detailed-exitcode"]).status, 0)
  })

  it.each([
    ["an unbalanced quote", 'global\n  log "stdout local0\n', 2, 7, "this double quote is not closed"],
    ["a NUL", "global\n  max\0conn 1\n", 2, 6, "a NUL character"],
    ["no line feed at the end", "global\n  maxconn 1", 2, 12, "the last line does not end with a line feed"],
    [
      "65 words",
      `global\n  ${Array.from({ length: 65 }, (_, i) => `w${i}`).join(" ")}\n`,
      2,
      249,
      "more than 64 words on one line"
    ],
    ["a statement outside of any section", "maxconn 1\n", 1, 1, '"maxconn" stands outside of any section']
  ])("names file, line and column of %s, and compares nothing", (_, text, line, column, sentence) => {
    const { status, stdout } = lockstep([
      "haproxy",
      "diff",
      file("good.cfg", small),
      file("bad.cfg", text),
      "-o",
      "json"
    ])
    const { error, kind } = JSON.parse(stdout) as {
      readonly kind: string
      readonly error: Readonly<Record<string, unknown>>
    }
    assert.deepStrictEqual([status, kind], [1, "Error"])
    assert.deepStrictEqual([error["file"], error["line"], error["column"]], ["FOLDER/bad.cfg", line, column])
    assert.strictEqual(error["message"], `desired configuration: ${sentence}`)
  })

  it("ends with 64 and the help when it is used wrongly", () => {
    const { status, stderr, stdout } = lockstep(["haproxy", "diff"])
    assert.strictEqual(status, 64)
    assert.include(stdout + stderr, "Missing required argument: current")
  })
})

describe("lockstep haproxy simulate", () => {
  it("writes the text that the current one becomes", () => {
    const { stdout } = lockstep(["haproxy", "simulate", file("old.cfg", small), file("new.cfg", heavier)])
    assert.include(stdout, "server s1 10.0.0.1:80 weight 20")
    const again = lockstep(["haproxy", "diff", file("reached.cfg", stdout), file("new.cfg", heavier)])
    assert.strictEqual(again.stdout, "In step: no changes.\n")
  })
})

/** A plan file as `lockstep haproxy plan --out` saves it. */
const planFile = (base: string, desired: string, change: object = {}): string =>
  JSON.stringify({
    apiVersion: "lockstep/v1",
    kind: "Plan",
    haproxy: "3.2",
    order: "auto",
    base: { sha256: sha256(base) },
    desired: { sha256: sha256(desired), text: desired },
    ...change
  })

describe("a saved plan", () => {
  it("stands for the configuration it leads to", () => {
    const [current, plan] = [file("old.cfg", small), file("plan.json", planFile(small, heavier))]
    assert.include(lockstep(["haproxy", "simulate", current, plan]).stdout, "weight 20")
    assert.include(lockstep(["haproxy", "diff", current, plan]).stdout, "weight: 10 → 20")
  })

  it.each([
    [
      "it starts from another configuration",
      planFile("global\n", heavier),
      "the plan starts from another configuration\n  name the one it was made for, or make it again with: lockstep haproxy plan DESIRED --out PLAN\n"
    ],
    [
      "its configuration was changed",
      planFile(small, heavier, { desired: { sha256: sha256(small), text: heavier } }),
      "the plan can't be used: its configuration was changed after it was written\n  make it again with: lockstep haproxy plan DESIRED --out PLAN\n"
    ],
    [
      "it is no JSON",
      "{",
      "the plan can't be used: it is no JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)\n  make it again with: lockstep haproxy plan DESIRED --out PLAN\n"
    ]
  ])("is refused when %s", (_, content, sentence) => {
    for (const command of ["simulate", "diff"]) {
      const { status, stderr, stdout } = lockstep([
        "haproxy",
        command,
        file("old.cfg", small),
        file("plan.json", content)
      ])
      assert.deepStrictEqual([status, stdout, stderr], [1, "", `error: FOLDER/plan.json: ${sentence}`])
    }
  })
})

describe("the guards of a plan", () => {
  const other = "backend other\n  server s1 10.0.0.9:80\n"
  const [current, desired] = [small + other, `${heavier}backend more\n`]
  const run = (command: string, ...args: ReadonlyArray<string>) =>
    lockstep(["haproxy", command, file("now.cfg", current), file("then.cfg", desired), ...args])

  it("leave what is not owned byte for byte alone, and tell of it", () => {
    const { status, stdout } = run("simulate", "--own", "backend/app")
    assert.deepStrictEqual([status, stdout], [0, current.replace("weight 10", "weight 20")])
    const told = run("diff", "--own", "backend/a*", "--own", "frontend")
    assert.strictEqual(told.status, 0)
    assert.include(
      told.stdout,
      "note: 1 section of the desired configuration is not owned and was left alone: backend more\n"
    )
  })

  it.each([
    ["--max-deletes=0", "the plan deletes 1, and 0 are allowed: backend 'other'"],
    ["--protect=backend/o*", "what is protected would be deleted: backend 'other'"],
    ["--own=backends/app", 'the pattern "backends/app" names no kind of section']
  ])("refuse a plan with %s, and end with 1", (flag, reason) => {
    const diff = run("diff", flag, "--detailed-exitcode")
    assert.strictEqual(diff.status, 1)
    assert.include(diff.stdout, `refused: ${reason}\n  `)
    const json = run("diff", flag, "-o", "json")
    const { refused } = JSON.parse(json.stdout) as { readonly refused: ReadonlyArray<{ readonly reason: string }> }
    assert.deepStrictEqual([json.status, refused[0]?.reason], [1, reason])
    const simulated = run("simulate", flag)
    assert.deepStrictEqual([simulated.status, simulated.stdout], [1, ""])
    assert.include(simulated.stderr, `error: ${reason}\n  `)
  })

  it("refuse an empty configuration, unless so many deletes are allowed", () => {
    const empty = file("empty.cfg", "")
    const diff = (...args: ReadonlyArray<string>) =>
      lockstep(["haproxy", "diff", file("now.cfg", current), empty, ...args])
    assert.strictEqual(diff().status, 1)
    assert.include(diff().stdout, "refused: the desired configuration is empty; this would delete everything\n")
    assert.strictEqual(diff("--max-deletes", "3").status, 0)
    assert.strictEqual(diff("--max-deletes", "2").status, 1)
  })

  it("are not taken from a wrong flag", () => {
    assert.strictEqual(run("diff", "--max-deletes=-1").status, 64)
    assert.strictEqual(run("diff", "--max-deletes", "many").status, 64)
  })

  it("of a saved plan hold when it is used, and further ones with them", () => {
    const guards = { maxDeletes: 1, protect: ["frontend"] }
    const saved = file("guarded.json", planFile(current, small, { guards }))
    const diff = (...args: ReadonlyArray<string>) =>
      lockstep(["haproxy", "diff", file("now.cfg", current), saved, ...args])
    assert.strictEqual(diff().status, 0)
    assert.strictEqual(diff("--max-deletes", "9").status, 0)
    assert.strictEqual(diff("--max-deletes", "0").status, 1)
    assert.strictEqual(diff("--protect", "backend").status, 1)
    assert.include(diff("--own", "backend").stderr, "error: the plan was made for all sections\n  leave --own out, or ")
    const strict = file("strict.json", planFile(current, small, { guards: { maxDeletes: 0 } }))
    assert.strictEqual(lockstep(["haproxy", "diff", file("now.cfg", current), strict, "--max-deletes", "9"]).status, 1)
  })
})

describe("the views of a plan", () => {
  const args = () => [file("old.cfg", small), file("new.cfg", heavier)]

  it("are Markdown for a pull request", () => {
    const { status, stdout } = lockstep(["haproxy", "diff", ...args(), "-o", "markdown"])
    assert.strictEqual(status, 0)
    assert.match(
      stdout,
      /^### HAProxy plan: 0 to create, 1 to update, 0 to delete\n\n1 request, about 36 ms, no reload\.\n/
    )
  })

  it("are annotations at the place in the file, also in a folder of files", () => {
    const { stdout } = lockstep(["haproxy", "diff", ...args(), "-o", "github"])
    expect(stdout).toMatchInlineSnapshot(`
      "::notice title=HAProxy plan::0 to create, 1 to update, 0 to delete. 1 request, about 36 ms, no reload.
      ::notice file=FOLDER/new.cfg,line=4,title=backend app::Update server 's1' in backend 'app'
      "
    `)
    const folder = join(folderOfTest, "conf.d")
    mkdirSync(folder, { recursive: true })
    file("conf.d/1.cfg", "global\n  maxconn 100\n\n")
    file("conf.d/2.cfg", "# two\nbackend app\n  server s1 10.0.0.1:80 weight 20\n")
    assert.include(
      lockstep(["haproxy", "diff", file("old.cfg", small), folder, "-o", "github"]).stdout,
      "::notice file=FOLDER/conf.d/2.cfg,line=2,title=backend app::Update server 's1' in backend 'app'\n"
    )
    const piped = lockstep(["haproxy", "diff", file("old.cfg", small), "-", "-o", "github"], { input: heavier })
    assert.include(piped.stdout, "::notice title=backend app::")
  })

  it("report errors to GitHub Actions where that reads the output", () => {
    const { status, stdout } = lockstep([
      "haproxy",
      "diff",
      file("old.cfg", small),
      file("bad.cfg", "x\n"),
      "-o",
      "github"
    ])
    assert.strictEqual(status, 1)
    assert.match(
      stdout,
      /^::error file=FOLDER\/bad\.cfg,line=1::desired configuration: "x" stands outside of any section/
    )
  })

  it("are a text that patch takes, remarks apart", () => {
    const { stderr, stdout } = lockstep([
      "haproxy",
      "diff",
      ...args(),
      "-o",
      "diff",
      "--own",
      "backend",
      "--protect",
      "x"
    ])
    expect(stdout).toMatchInlineSnapshot(`
      "--- FOLDER/old.cfg
      +++ FOLDER/new.cfg
      @@ -2,4 +2,4 @@ global
         maxconn 100
       
       backend app
      -  server s1 10.0.0.1:80 weight 10 # one
      +  server s1 10.0.0.1:80 weight 20 # one
      "
    `)
    assert.match(stderr, /^refused: the pattern "x" names no kind of section\n {2}write KIND\/NAME/)
    const latin1 = (weight: number) =>
      Buffer.from(`# caf\xe9\nbackend app\n  server s1 10.0.0.1:80 weight ${weight} # \xe9\n`, "latin1")
    const bytes = bytesOf(["haproxy", "diff", file("l1.cfg", latin1(1)), file("l2.cfg", latin1(2)), "-o", "diff"])
    assert.include(bytes.toString("latin1"), "+  server s1 10.0.0.1:80 weight 2 # \xe9\n")
  })
})

describe("lockstep haproxy check", () => {
  it("accepts what is right and ends with 1 for what is not", () => {
    const { status, stdout } = lockstep([
      "haproxy",
      "check",
      "-o",
      "json",
      file("right.cfg", small),
      file("wrong.cfg", "global\n  log 'x\n")
    ])
    const { files } = JSON.parse(stdout) as {
      readonly files: ReadonlyArray<{ readonly file: string; readonly ok: boolean }>
    }
    assert.strictEqual(status, 1)
    assert.deepStrictEqual(
      files.map(({ file: name, ok }) => [name, ok]),
      [
        ["FOLDER/right.cfg", true],
        ["FOLDER/wrong.cfg", false]
      ]
    )
  })
})
