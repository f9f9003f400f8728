import {
  after,
  choice,
  condition,
  constant,
  integer,
  literal,
  object,
  optional,
  sequence,
  within,
  word
} from "../Args.ts"

const sample = object(
  "sample",
  within(
    (text) => /^([^:]+):([^:]+)$/.exec(text)?.slice(1),
    (parts) => parts.join(":"),
    sequence(word("ranges"), integer("size", { min: 1 })),
    "a sample such as 1,3:5"
  )
)

/**
 * `log-stderr global`, or `log-stderr ADDRESS [len N] [format F] [sample RANGES:SIZE] FACILITY [LEVEL [MINLEVEL]]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const logStderr = choice(
  sequence(literal("global"), constant("global", true)),
  sequence(
    word("address"),
    optional(after("len", integer("len", { omitZero: true }))),
    optional(after("format", word("format"))),
    optional(after("sample", sample)),
    word("facility"),
    optional(sequence(word("level"), optional(word("minlevel"))))
  )
)

/**
 * `pass-header NAME [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const passHeader = sequence(word("name", { matching: /^\p{L}(?:.*\p{L})?$/u }), condition)

/**
 * `set-param NAME FORMAT [if|unless CONDITION]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const setParam = sequence(word("name"), word("format"), condition)
