import { choice, constant, duration, flag, modelled, negation, object, options, sequence, versioned } from "../Args.ts"
import { negated } from "../KeptLine.ts"
import { directive, type Line, toggle } from "../Line.ts"
import { bare } from "../Option.ts"
import type { Modelled } from "../ValueLine.ts"

type Underscored<S extends string> = S extends `${infer A}-${infer B}` ? `${A}_${Underscored<B>}` : S

const underscored = <const S extends string>(text: S): Underscored<S> => text.replaceAll("-", "_") as Underscored<S>

type Toggle<F extends string> = Line<{ readonly [K in F]?: "enabled" | "disabled" }>

/**
 * `option NAME` and `no option NAME`, in a field of the same name with underscores.
 *
 * @category resources
 * @since 0.1.0
 */
export const option = <const N extends string>(name: N, range?: Modelled): Toggle<Underscored<N>> =>
  optionIn(name, underscored(name), range)

/**
 * `option NAME` and `no option NAME`, in a field of another name.
 *
 * @category resources
 * @since 0.1.0
 */
export const optionIn = <const F extends string>(name: string, field: F, range?: Modelled): Toggle<F> => {
  const line = toggle(`option ${name}`, field)
  if (range === undefined) return line
  return directive(`option ${name}`, modelled(range, choice(negation(field, "disabled"), constant(field, "enabled"))), {
    negatable: true
  }) as Toggle<F>
}

/**
 * `timeout NAME TIME`.
 *
 * @category resources
 * @since 0.1.0
 */
export const timeout = <const N extends string>(
  name: N
): Line<{ readonly [K in `${Underscored<N>}_timeout`]?: number }> =>
  directive(`timeout ${name}`, duration(`${underscored(name)}_timeout`))

/** `no` before a mode: it takes back the line with this mode, if there is one. */
const noMode = (mode: string): Line<unknown> => {
  const line = negated(`option ${mode}`)
  return {
    ...line,
    read: (cursor, section, statement) => {
      const read = line.read(cursor, section, statement)
      if (cursor.placed && section["http_connection_mode"] === mode) delete section["http_connection_mode"]
      return read
    }
  }
}

/**
 * One of the ways to end, or keep, a connection after a request: of several lines the last one counts.
 *
 * @category resources
 * @since 0.1.0
 */
export const connectionMode = <const M extends "httpclose" | "http-server-close" | "http-keep-alive">(mode: M) =>
  // A mode that stands behind its `no` holds.
  [noMode(mode), directive(`option ${mode}`, constant("http_connection_mode", mode))] as const

/**
 * `option httplog [clf]`: the two formats have a field each.
 *
 * @category resources
 * @since 0.1.0
 */
export const httplog = directive("option httplog", choice(flag("clf", "clflog"), constant("httplog", true)))

/**
 * `option use-small-buffers [queue] [l7-retries] [check]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const useSmallBuffers = directive(
  "option use-small-buffers",
  versioned(
    { since: "3.4" },
    object(
      "use_small_buffers",
      sequence(
        choice(negation("enabled", "disabled"), constant("enabled", "enabled")),
        options({ ...bare("queue", "queue"), ...bare("l7-retries", "l7_retries"), ...bare("check", "check") })
      )
    )
  ),
  { negatable: true }
)
