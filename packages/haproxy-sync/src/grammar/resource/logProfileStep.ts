import { after, choice, constant, converted, literal, oneOf, options, sequence, versioned, word } from "../Args.ts"

/** A format; up to version 3.2 the API takes the double quotes off, and puts them on again where there is a space. */
const format = <const F extends string>(field: F) =>
  choice(
    versioned(
      { until: "3.2" },
      converted(
        { name: field, type: "string" },
        "a format",
        (text) => text.replace(/^"+|"+$/g, ""),
        (value) => (value.includes(" ") ? `"${value}"` : value)
      )
    ),
    word(field)
  )

/**
 * `on STEP drop`, or `on STEP [format FORMAT] [sd FORMAT]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const logProfileStep = sequence(
  oneOf("step", [
    "accept",
    "any",
    "close",
    "connect",
    "error",
    "request",
    "response",
    "http-req",
    "http-res",
    "http-after-res",
    "quic-init",
    "tcp-req-conn",
    "tcp-req-cont",
    "tcp-req-sess"
  ]),
  choice(
    sequence(literal("drop"), constant("drop", "enabled")),
    sequence(
      constant("drop", "disabled"),
      options({ format: after("format", format("format")), sd: after("sd", format("sd")) })
    )
  )
)
