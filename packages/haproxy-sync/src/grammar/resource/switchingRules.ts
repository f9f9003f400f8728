import {
  after,
  choice,
  condition,
  integer,
  modelled,
  oneOf,
  optional,
  rest,
  sequence,
  type TypeOf,
  unmodelled,
  upTo,
  versioned,
  word
} from "../Args.ts"
import type { Line } from "../Line.ts"
import { entries } from "../ValueLine.ts"

/** A condition that has to be there. */
const required = sequence(oneOf("cond", ["if", "unless"]), rest("cond_test"))

/**
 * `use_backend NAME [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const backendSwitchingRule = sequence(word("name"), condition)

/**
 * Which backend a request goes to.
 *
 * @category resources
 * @since 0.1.0
 */
export type BackendSwitchingRule = TypeOf<typeof backendSwitchingRule>

/**
 * `use-server NAME if|unless CONDITION`.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverSwitchingRule = sequence(word("target_server"), required)

/**
 * Which server a request goes to.
 *
 * @category resources
 * @since 0.1.0
 */
export type ServerSwitchingRule = TypeOf<typeof serverSwitchingRule>

/**
 * `force-be-switch if|unless CONDITION`.
 *
 * @category resources
 * @since 0.1.0
 */
export const forceBeSwitch = versioned({ since: "3.4" }, required)

/**
 * `stick match|on|store-request|store-response PATTERN [table TABLE] [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const stickRule = sequence(
  oneOf("type", ["match", "on", "store-request", "store-response"], { quoted: "opaque" }),
  upTo("pattern", ["table", "if", "unless"]),
  optional(after("table", word("table"))),
  condition
)

/**
 * What sends a visitor back to the server that answered before.
 *
 * @category resources
 * @since 0.1.0
 */
export type StickRule = TypeOf<typeof stickRule>

/** The API wants a condition of one word: of `force-persist` before version 3.4, of `ignore-persist` in every version. */
const oneWord: typeof required = {
  ...required,
  parse: (cursor, into) =>
    cursor.words.length - cursor.at === 2 ? required.parse(cursor, into) : cursor.fail("a word")
}

type Persistence = TypeOf<typeof required>

/** The lines of a list whose first item stands in an older field, too. */
const persistence = <const K extends string, const O extends string>(
  keyword: string,
  list: K,
  older: O,
  args: typeof required
): Line<{ readonly [P in K]?: ReadonlyArray<Persistence> } & { readonly [P in O]?: Persistence }> => {
  const { Type: _, ...line } = entries(keyword, list, args)
  return {
    ...line,
    fields: [...line.fields, { name: older, type: "object", fields: args.fields }],
    read: (cursor, section, statement) => {
      if (!line.read(cursor, section, statement)) return false
      section[older] ??= (section[list] as ReadonlyArray<unknown>)[0]
      return true
    },
    write: (section, version) =>
      line.write(section[list] === undefined && section[older] ? { [list]: [section[older]] } : section, version)
  }
}

/**
 * `force-persist if|unless CONDITION`.
 *
 * @category resources
 * @since 0.1.0
 */
export const forcePersist = persistence(
  "force-persist",
  "force_persist_list",
  "force_persist",
  choice(oneWord, modelled({ since: "3.4" }, required))
)

/**
 * `ignore-persist if|unless CONDITION`.
 *
 * @category resources
 * @since 0.1.0
 */
export const ignorePersist = persistence(
  "ignore-persist",
  "ignore_persist_list",
  "ignore_persist",
  choice(oneWord, unmodelled(required)) as typeof required
)

/**
 * `declare capture request|response len N`.
 *
 * @category resources
 * @since 0.1.0
 */
export const capture = sequence(
  oneOf("type", ["request", "response"]),
  after("len", integer("length")),
  // HAProxy passes over the rest, the API takes no line with it.
  optional(unmodelled(rest("ignored")))
)

/**
 * A slot that `capture` actions fill.
 *
 * @category resources
 * @since 0.1.0
 */
export type Capture = TypeOf<typeof capture>
