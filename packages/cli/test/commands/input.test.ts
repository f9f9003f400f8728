import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, symlinkSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { bytesOf, file, folderOfTest, lockstep, lockstepInto, withBundle } from "../support/program.ts"

withBundle()

const small = "global\n  maxconn 100\n\nbackend app\n  server s1 10.0.0.1:80 weight 10 # one\n"

/** A folder with files in it; what it is called, as the program is told. */
const folder = (name: string, files: Readonly<Record<string, string | Uint8Array>>): string => {
  mkdirSync(join(folderOfTest, name), { recursive: true })
  for (const [one, content] of Object.entries(files)) file(join(name, one), content)
  return join(folderOfTest, name)
}

/** How each command is called that reads a configuration without a server. */
const commands: ReadonlyArray<[name: string, args: (path: string) => ReadonlyArray<string>]> = [
  ["check", (path) => ["check", path]],
  ["print", (path) => ["print", path]],
  ["tokens", (path) => ["tokens", path]],
  ["model", (path) => ["model", path]],
  ["model --text", (path) => ["model", "--text", path]],
  ["diff", (path) => ["diff", path, path]],
  ["simulate", (path) => ["simulate", path, path]]
]

describe("a file that can't be read", () => {
  it.each(commands)("ends haproxy %s with 1 and a sentence", (name, args) => {
    const { status, stderr, stdout } = lockstep(["haproxy", ...args(join(folderOfTest, "none.cfg"))])
    assert.strictEqual(status, 1)
    // The words of a file are always written as JSON, and so is what is wrong with it.
    if (name === "tokens") {
      assert.deepStrictEqual(JSON.parse(stdout), {
        apiVersion: "lockstep/v1",
        kind: "Error",
        error: { kind: "Input", message: "there is no such file", hint: "check the path", file: "FOLDER/none.cfg" }
      })
    } else
      assert.deepStrictEqual(
        [stdout, stderr],
        ["", "error: FOLDER/none.cfg: there is no such file\n  check the path\n"]
      )
  })

  let server: Server
  const socket = join(folderOfTest, "app.sock")
  beforeAll(() => new Promise<void>((resolve) => (server = createServer().listen(socket, resolve))))
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it("is named also where it is there and no file", () => {
    const { status, stderr } = lockstep(["haproxy", "print", socket])
    assert.strictEqual(status, 1)
    assert.match(stderr, /^error: FOLDER\/app\.sock: the file could not be read/)
  })
})

describe("a text that HAProxy can't read", () => {
  const broken: ReadonlyArray<[title: string, text: string, place: string, sentence: string]> = [
    ["double", 'global\n  log "stdout\n', "2:7", "this double quote is not closed"],
    ["single", "global\n  log 'stdout\n", "2:7", "this single quote is not closed"],
    ["nul", "global\n  max\0conn 1\n", "2:6", "a NUL character"],
    ["end", "global\n  maxconn 1", "2:12", "the last line does not end with a line feed"],
    ["words", `global\n  ${"w ".repeat(65)}\n`, "2:131", "more than 64 words on one line"],
    ["escape", "global\n  log \\x4\n", "2:7", "\\x must be followed by two hexadecimal digits"],
    ["reference", 'global\n  log "${A"\n', "2:9", "the brace of this environment reference is not closed"],
    ["stray", "maxconn 1\n", "1:1", '"maxconn" stands outside of any section']
  ]
  const paths = () => broken.map(([name, text]) => file(`${name}.cfg`, text))

  it("is refused by a check with its place", () => {
    const { status, stdout } = lockstep(["haproxy", "check", ...paths()])
    assert.strictEqual(status, 1)
    for (const [name, , place, sentence] of broken) {
      assert.include(stdout, `FOLDER/${name}.cfg:${place}: error: ${sentence}`)
      assert.include(stdout, `\nFOLDER/${name}.cfg: refused\n`)
    }
  })

  it("has no model, and the place is told", () => {
    const { status, stderr, stdout } = lockstep(["haproxy", "model", ...paths()])
    assert.deepStrictEqual([status, stdout], [1, ""])
    for (const [name, , place, sentence] of broken)
      assert.include(stderr, `error: FOLDER/${name}.cfg:${place}: ${sentence}`)
  })

  it("says which of two texts it is, and how much more is wrong", () => {
    const { stderr } = lockstep(["haproxy", "diff", file("a.cfg", "x\ny\nglobal\n"), file("b.cfg", small)])
    assert.match(
      stderr,
      /^error: FOLDER\/a\.cfg:1:1: current configuration: "x" stands outside of any section \(and 1 more\)\n/
    )
  })

  it("is still printed and split into words, as far as they go", () => {
    const path = file("bad.cfg", 'global\n  log "stdout\n  daemon\n')
    assert.strictEqual(lockstep(["haproxy", "print", path]).stdout, 'global\n  log "stdout\n  daemon\n')
    assert.strictEqual(lockstep(["haproxy", "tokens", path]).stdout.trim().split("\n").length, 3)
  })
})

describe("stdin", () => {
  it.each(commands.filter(([name]) => name !== "diff" && name !== "simulate"))(
    "is read by haproxy %s",
    (name, args) => {
      const [piped, named] = [
        lockstep(["haproxy", ...args("-")], { input: small }),
        lockstep(["haproxy", ...args(file("small.cfg", small))])
      ]
      assert.strictEqual(piped.status, 0)
      assert.strictEqual(
        piped.stdout.replaceAll(/"-"|^-/gm, "F"),
        named.stdout.replaceAll(/"FOLDER\/small.cfg"|^FOLDER\/small.cfg/gm, "F"),
        name
      )
    }
  )

  it("may be either side of a difference", () => {
    const path = file("small.cfg", small)
    for (const args of [
      ["-", path],
      [path, "-"]
    ]) {
      const { status, stdout } = lockstep(["haproxy", "diff", ...args], { input: small })
      assert.deepStrictEqual([status, stdout], [0, "In step: no changes.\n"])
    }
  })

  it.each([[["diff", "-", "-"]], [["simulate", "-", "-"]], [["check", "-", "-"]], [["model", "-", "-"]]])(
    "is refused where it stands for two files: %s",
    (args) => {
      const { status, stderr, stdout } = lockstep(["haproxy", ...args], { input: small })
      assert.deepStrictEqual(
        [status, stdout, stderr],
        [1, "", "error: stdin can stand for one file only\n  name the others by their paths\n"]
      )
    }
  )
})

describe("a folder", () => {
  it("is read as HAProxy reads it: its *.cfg files in the order of their bytes", () => {
    const path = folder("conf.d", {
      "b.cfg": "backend b\n",
      "B.cfg": "backend B\n",
      "10.cfg": "backend ten\n",
      "9.cfg": "backend nine\n",
      ".hidden.cfg": "backend hidden\n",
      "note.txt": "backend note\n"
    })
    folder("conf.d/x.cfg", { "y.cfg": "backend nested\n" })
    symlinkSync(join(path, "note.txt"), join(path, "linked.cfg"))
    const printed = lockstep(["haproxy", "print", path]).stdout
    assert.strictEqual(printed, "backend ten\nbackend nine\nbackend B\nbackend b\nbackend note\n")
    assert.strictEqual(lockstep(["haproxy", "diff", path, file("all.cfg", printed)]).stdout, "In step: no changes.\n")
  })

  it("is one configuration to a difference, and several files to a check", () => {
    const path = folder("two", { "a.cfg": "global\n  daemon\n", "b.cfg": "backend b\n  log 'x\n" })
    assert.include(lockstep(["haproxy", "check", path]).stdout, "FOLDER/two/a.cfg: ok\n")
    const { status, stderr } = lockstep(["haproxy", "diff", path, path])
    assert.strictEqual(status, 1)
    assert.match(stderr, /^error: FOLDER\/two\/b\.cfg:2:7: /)
  })

  it("is not read past a file whose last line has no end", () => {
    const path = folder("cut", { "a.cfg": "global\n  daemon", "b.cfg": "backend b\n" })
    assert.match(lockstep(["haproxy", "model", path]).stderr, /^error: FOLDER\/cut\/a\.cfg:2:9: /)
    assert.match(lockstep(["haproxy", "diff", path, path]).stderr, /^error: FOLDER\/cut\/a\.cfg:2:9: /)
  })

  it("is refused where it holds no *.cfg file", () => {
    const path = folder("none", { "note.txt": "" })
    assert.strictEqual(
      lockstep(["haproxy", "diff", path, path]).stderr,
      "error: FOLDER/none: the folder holds no *.cfg file\n  HAProxy reads only files whose name ends in .cfg\n"
    )
  })
})

describe("several files", () => {
  const paths = () => [file("a.cfg", small), join(folderOfTest, "none.cfg"), file("c.cfg", small)]

  it("are all worked through when one fails, and that decides the exit code", () => {
    const { status, stderr, stdout } = lockstep(["haproxy", "check", ...paths()])
    assert.deepStrictEqual(
      [status, stdout, stderr],
      [1, "FOLDER/a.cfg: ok\nFOLDER/c.cfg: ok\n", "error: FOLDER/none.cfg: there is no such file\n  check the path\n"]
    )
  })

  it("are one document for a check as JSON, the one that fails included", () => {
    const { status, stderr, stdout } = lockstep(["haproxy", "check", "-o", "json", ...paths()])
    const report = JSON.parse(stdout) as { readonly files: ReadonlyArray<unknown> }
    assert.deepStrictEqual([status, stderr], [1, ""])
    assert.deepStrictEqual(report.files, [
      { file: "FOLDER/a.cfg", ok: true, diagnostics: [] },
      {
        file: "FOLDER/none.cfg",
        ok: false,
        diagnostics: [],
        error: { kind: "Input", message: "there is no such file", hint: "check the path" }
      },
      { file: "FOLDER/c.cfg", ok: true, diagnostics: [] }
    ])
  })

  it("are one line each as NDJSON", () => {
    const { stdout } = lockstep(["haproxy", "check", "-o", "ndjson", ...paths()])
    const kinds = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly kind: string }).kind)
    assert.deepStrictEqual(kinds, ["CheckReport", "Error", "CheckReport"])
  })
})

describe("bytes that are no UTF-8", () => {
  const latin = Buffer.from("global\n  description caf\xe9\n", "latin1")
  const utf8 = Buffer.from("backend b\n  description café\n")

  it("come back from print as they were, from a file, from stdin and from a folder of both kinds", () => {
    assert.isTrue(bytesOf(["haproxy", "print", file("latin.cfg", latin)]).equals(latin))
    assert.isTrue(bytesOf(["haproxy", "print", "-"], latin).equals(latin))
    const both = folder("both", { "a.cfg": latin, "b.cfg": utf8 })
    assert.isTrue(bytesOf(["haproxy", "print", both]).equals(Buffer.concat([latin, utf8])))
  })

  it("come back from simulate as they were", () => {
    const both = folder("both", { "a.cfg": latin, "b.cfg": utf8 })
    const current = file("latin.cfg", latin)
    assert.isTrue(bytesOf(["haproxy", "simulate", current, both]).equals(Buffer.concat([latin, utf8])))
  })

  it("differ from the characters that they look like in another encoding", () => {
    const [one, other] = [file("latin.cfg", latin), file("utf8.cfg", "global\n  description café\n")]
    const { stdout } = lockstep(["haproxy", "diff", one, other])
    assert.include(stdout, "Update global section")
    assert.strictEqual(lockstep(["haproxy", "diff", one, one]).stdout, "In step: no changes.\n")
  })
})

describe("a reader that has seen enough", () => {
  it("ends the program quietly", () => {
    const large = file("large.cfg", Array.from({ length: 20_000 }, (_, index) => `backend b${index}\n`).join(""))
    for (const args of [
      ["print", large],
      ["tokens", large],
      ["model", large]
    ]) {
      const { stderr, stdout } = lockstepInto(["haproxy", ...args], "head -c 10 > /dev/null")
      assert.deepStrictEqual([stdout, stderr], ["ended with 0\n", ""])
    }
  })
})

describe("wrong usage", () => {
  it.each([
    ["no argument", ["haproxy", "check"], "Missing required argument: file"],
    ["one argument of two", ["haproxy", "simulate", "a.cfg"], "Missing required argument: desired"],
    ["a flag that does not exist", ["haproxy", "print", "--nope", "a.cfg"], "Unrecognized flag: --nope"],
    ["an output that does not exist", ["haproxy", "check", "-o", "xml", "a.cfg"], "xml"],
    ["a version that does not exist", ["haproxy", "model", "--haproxy-version", "1.8", "a.cfg"], "1.8"],
    ["an order that does not exist", ["haproxy", "diff", "--order", "some", "a", "b"], "some"],
    ["a command that does not exist", ["haproxy", "nope"], "nope"]
  ])("ends with 64 and says what is wrong: %s", (_, args, words) => {
    const { status, stderr, stdout } = lockstep(args)
    assert.strictEqual(status, 64)
    assert.include(stdout + stderr, words)
  })
})
