import { describe, expect, it } from "@effect/vitest"
import {
  after,
  alias,
  type Args,
  choice,
  condition,
  constant,
  converted,
  duration,
  flag,
  flags,
  formatDuration,
  formatSize,
  initially,
  integer,
  joined,
  literal,
  mandatoryCondition,
  mapped,
  mergeFields,
  modelled,
  notEmpty,
  object,
  oneOf,
  optional,
  options,
  parseDuration,
  parseSize,
  repeated,
  repeatedItem,
  requires,
  rest,
  sequence,
  size,
  unmodelled,
  upTo,
  versioned,
  within,
  word,
  words
} from "../../src/grammar/Args.ts"
import { printWords, readWords } from "../support/readWords.ts"

const timers = options({
  "no-check": flag("no-check", "check", "disabled"),
  check: flag("check", "check", "enabled"),
  inter: after("inter", duration("inter")),
  crt: repeated("crt", "files"),
  hdr: repeatedItem("hdr", "headers", sequence(word("name"), word("value")))
})

const pair = within(
  (text) => /^(\w+)\((\w+)\)$/.exec(text)?.slice(1),
  (parts) => `${parts[0]}(${parts[1]})`,
  sequence(word("scope"), word("name")),
  "scope(name)"
)

describe("a description", () => {
  it.each<[args: Args<unknown>, text: string, fields: Record<string, unknown>]>([
    [word("name"), "a", { name: "a" }],
    [word("name"), '"x"', { name: '"x"' }],
    [integer("count"), "17", { count: 17 }],
    [integer("count", { min: -1 }), "-1", { count: -1 }],
    [integer("count", { absent: 100 }), "5", { count: 5 }],
    [integer("count", { absent: 100 }), "100", {}],
    [duration("inter"), "5s", { inter: 5000 }],
    [duration("inter"), "1500ms", { inter: 1500 }],
    [size("length"), "16k", { length: 16_384 }],
    [oneOf("mode", ["http", "tcp"]), "tcp", { mode: "tcp" }],
    [oneOf("mode", ["http", "tcp"]), '"${MODE}"', { mode: '"${MODE}"' }],
    [mapped("state", { on: true, off: false }), "off", { state: false }],
    [joined("list", ","), "a,b", { list: ["a", "b"] }],
    [
      converted(
        { name: "hex", type: "integer" },
        "hex",
        (text) => Number.parseInt(text, 16),
        (value: number) => value.toString(16)
      ),
      "ff",
      { hex: 255 }
    ],
    [rest("text"), "a b c", { text: "a b c" }],
    [sequence(upTo("expr"), condition), "a b if c", { expr: "a b", cond: "if", cond_test: "c" }],
    [words("list"), "a b", { list: ["a", "b"] }],
    [literal("on", "top"), "on top", {}],
    [constant("type", "x"), "", { type: "x" }],
    [flag("ssl", "ssl"), "ssl", { ssl: true }],
    [flags("both", { a: true, b: "on" }), "both", { a: true, b: "on" }],
    [sequence(word("a"), optional(word("b"))), "x", { a: "x" }],
    [sequence(word("a"), optional(word("b"))), "x y", { a: "x", b: "y" }],
    [choice(after("a", word("x")), after("b", word("x"))), "a 1", { x: "1" }],
    [object("inner", word("x")), "1", { inner: { x: "1" } }],
    [pair, "txn(x)", { scope: "txn", name: "x" }],
    [timers, "no-check inter 1s", { check: "disabled", inter: 1000 }],
    [
      timers,
      "crt a crt b hdr n v hdr m w",
      {
        files: ["a", "b"],
        headers: [
          { name: "n", value: "v" },
          { name: "m", value: "w" }
        ]
      }
    ],
    [mandatoryCondition, "unless { src 1 } !{ dst 2 }", { cond: "unless", cond_test: "{ src 1 } !{ dst 2 }" }],
    [versioned({ since: "3.0" }, word("x")), "1", { x: "1" }],
    [requires(timers, "inter"), "check inter 1s", { check: "enabled", inter: 1000 }]
  ])("$1 reads and prints as it is (%#)", (args, text, fields) => {
    expect(readWords(args, text)).toEqual({ fields })
    expect(printWords(args, fields)).toBe(text)
  })

  it.each<[args: Args<unknown>, text: string, fields: Record<string, unknown>]>([
    [integer("count"), "010", { count: 10, lossy: true }],
    [integer("count"), "+1", { count: 1, lossy: true }],
    [integer("count"), '"${N}"', { lossy: true }],
    [integer("count", { omitZero: true }), "0", { lossy: true }],
    [duration("inter"), "1500us", { inter: 1, lossy: true }],
    [duration("inter"), '"5s"', { lossy: true }],
    [oneOf("mode", ["http"], { quoted: "lost" }), '"http"', { lossy: true }],
    [oneOf("mode", ["http"], { quoted: "opaque" }), '"http"', { opaque: true }],
    [timers, "check no-check", { check: "disabled", lossy: true }],
    [sequence(word("a"), condition), "x if", { a: "x", opaque: true }],
    [unmodelled(word("x")), "1", { opaque: true }],
    [unmodelled(word("x"), "lost"), "1", { lossy: true }],
    [modelled({ since: "3.4" }, word("x"), "lost"), "1", { lossy: true }],
    [initially("type", "x", optional(word("name"))), "", { type: "x" }]
  ])("$1 says what the fields can't tell (%#)", (args, text, fields) => {
    expect(readWords(args, text)).toEqual({ fields })
  })

  it.each<[args: Args<unknown>, text: string, at: number, expected: string]>([
    [word("file_name"), "", 0, "file name"],
    [integer("count", { min: 1, max: 5 }), "6", 0, "a whole number from 1 to 5"],
    [duration("inter"), "5x", 0, "a duration such as 5s or 250ms (without a unit: ms)"],
    [oneOf("mode", ["http", "tcp"]), "udp", 0, "one of http, tcp"],
    [oneOf("mode", ["http", "tcp"]), '"udp"', 0, "one of http, tcp"],
    [sequence(literal("a"), literal("b")), "a c", 1, '"b"'],
    [timers, "check what", 1, "one of no-check, check, inter, crt, hdr"],
    [timers, "inter soon", 1, "a duration such as 5s or 250ms (without a unit: ms)"],
    [requires(timers, "inter"), "check", 1, '"inter"'],
    [notEmpty(optional(word("x"))), "", 0, "x"],
    [pair, "txn", 0, "scope(name)"],
    [mandatoryCondition, "if { src 1", 4, '"}"'],
    [mandatoryCondition, "if", 1, "a condition"],
    [versioned({ since: "3.4" }, word("x")), "1", 0, "something HAProxy 3.2 knows (this came with 3.4)"],
    [versioned({ until: "2.6" }, word("x")), "1", 0, "something HAProxy 3.2 knows (this went after 2.6)"],
    [sequence(word("a"), condition), "x y", 1, '"if", "unless" or the end of the line'],
    [choice(oneOf("x", ["a"]), literal("c"), oneOf("x", ["b"])), "d", 0, 'one of a, b or "c"']
  ])("$1 is refused with the place and what was expected (%#)", (args, text, at, expected) => {
    expect(readWords(args, text)).toEqual({ at, expected })
  })

  it("prints the shape whose fixed values the fields have", () => {
    const shapes = choice(
      sequence(flag("a", "type", "a"), optional(word("x"))),
      sequence(flag("b", "type", "b"), optional(word("x")))
    )
    expect(printWords(shapes, { type: "b", x: "1" })).toBe("b 1")
    expect(printWords(shapes, {})).toBeUndefined()
  })

  it("leaves nothing of a shape that doesn't fit", () => {
    const shapes = choice(sequence(word("a"), literal("!")), sequence(word("b"), word("c")))
    expect(readWords(shapes, "1 2")).toEqual({ fields: { b: "1", c: "2" } })
    expect(printWords(choice(sequence(word("a"), word("b")), word("a")), { a: "1" })).toBe("1")
  })

  it("reads an alias and prints the other way to say it", () => {
    const spelled = choice(after("curve", word("x")), alias(after("curves", word("x"))))
    expect(readWords(spelled, "curves 1")).toEqual({ fields: { x: "1" } })
    expect(printWords(spelled, { x: "1" })).toBe("curve 1")
  })

  it("prints nothing in versions that don't have it", () => {
    expect(printWords(versioned({ since: "3.4" }, word("x")), { x: "1" }, "3.2")).toBeUndefined()
    expect(printWords(modelled({ since: "3.4" }, word("x")), { x: "1" }, "3.2")).toBeUndefined()
    expect(printWords(modelled({ since: "3.4" }, word("x")), { x: "1" }, "3.4")).toBe("1")
    expect(printWords(unmodelled(word("x")), { x: "1" })).toBeUndefined()
  })
})

describe("the fields of a description", () => {
  it("are in the versions that have all of it", () => {
    expect(versioned({ since: "3.2" }, modelled({ since: "3.4" }, word("x"))).fields).toEqual([
      { name: "x", type: "string", since: "3.4" }
    ])
    expect(modelled({ since: "3.0", until: "3.1" }, versioned({ until: "3.2" }, word("x"))).fields).toEqual([
      { name: "x", type: "string", since: "3.0", until: "3.1" }
    ])
  })

  it("are merged to what one of them takes", () => {
    expect(
      mergeFields([
        flag("a", "x", "a"),
        versioned({ since: "3.2" }, flag("b", "x", "b")),
        versioned({ since: "3.2" }, integer("n", { min: 1, max: 5 })),
        versioned({ since: "3.4" }, integer("n", { min: 0, max: 9 })),
        object("o", word("p")),
        object("o", word("q", { secret: true }))
      ])
    ).toEqual([
      { name: "x", type: "string", values: ["a", "b"] },
      { name: "n", type: "integer", since: "3.2", min: 0, max: 9 },
      {
        name: "o",
        type: "object",
        fields: [
          { name: "p", type: "string" },
          { name: "q", type: "string", secret: true }
        ]
      }
    ])
  })
})

describe("durations and sizes", () => {
  it.each<[text: string, milliseconds: number | undefined]>([
    ["5", 5],
    ["5s", 5000],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["1d", 86_400_000],
    ["500us", 1],
    ["0", 0],
    ["5 s", undefined],
    ["-5s", undefined],
    ["5w", undefined]
  ])("reads the duration %s", (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds))

  it.each<[milliseconds: number, text: string]>([
    [0, "0ms"],
    [1, "1ms"],
    [1500, "1500ms"],
    [60_000, "1m"],
    [90_000, "90s"],
    [172_800_000, "2d"]
  ])("writes the duration %d", (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text))

  it.each<[text: string, bytes: number | undefined]>([
    ["5", 5],
    ["16k", 16_384],
    ["1M", 1_048_576],
    ["1g", 1_073_741_824],
    ["1t", undefined]
  ])("reads the size %s", (text, bytes) => expect(parseSize(text)).toBe(bytes))

  it.each<[bytes: number, text: string]>([
    [0, "0"],
    [1000, "1000"],
    [16_384, "16k"],
    [3_145_728, "3m"]
  ])("writes the size %d", (bytes, text) => expect(formatSize(bytes)).toBe(text))
})
