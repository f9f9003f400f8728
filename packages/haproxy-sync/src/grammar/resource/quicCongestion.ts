import { type Args, choice, formatSize, oneOf, parseSize, versioned } from "../Args.ts"

const algorithms = ["cubic", "newreno", "bbr", "nocc"] as const

/** The congestion control of QUIC: the algorithm, its window in kilobytes, its burst in packets. */
export interface QuicCongestion {
  readonly "quic-cc-algo"?: (typeof algorithms)[number]
  readonly quic_cc_algo_max_window?: number
  readonly quic_cc_algo_burst_size?: number
}

const shape = /^(cubic|newreno|bbr|nocc)(?:\(([^(),]*)(?:,([^(),]*))?(,[^()]*)?\))?$/

const withParameters: Args<QuicCongestion> = {
  fields: [
    { name: "quic-cc-algo", type: "string", values: algorithms },
    { name: "quic_cc_algo_max_window", type: "integer" },
    { name: "quic_cc_algo_burst_size", type: "integer" }
  ],
  parse: (cursor, into) => {
    const [text, algorithm, size = "", burst = "", more] = shape.exec(cursor.word ?? "") ?? []
    const bytes = size === "" ? undefined : parseSize(size)
    if (algorithm === undefined || (size !== "" && bytes === undefined) || !/^\d*$/.test(burst)) {
      return cursor.fail(`one of ${algorithms.join(", ")}, with "(WINDOW,BURST)" behind it if need be`)
    }
    into["quic-cc-algo"] = algorithm
    // The API tells the window in kilobytes, and nothing behind the second parameter.
    if (bytes !== undefined) into["quic_cc_algo_max_window"] = Math.trunc(bytes / 1024)
    if (burst !== "") into["quic_cc_algo_burst_size"] = Number(burst)
    if (more !== undefined || (bytes ?? 0) % 1024 !== 0) cursor.lossy = true
    // Empty parentheses are fine for HAProxy only.
    if (text?.endsWith("()") === true) cursor.opaque = true
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const { "quic-cc-algo": algorithm, quic_cc_algo_burst_size: burst, quic_cc_algo_max_window: window } = from
    if (typeof algorithm !== "string" || algorithm === "") return false
    const parameters = [
      ...(typeof window === "number" ? [formatSize(window * 1024)] : typeof burst === "number" ? [""] : []),
      ...(typeof burst === "number" ? [String(burst)] : [])
    ]
    printer.words.push(parameters.length === 0 ? algorithm : `${algorithm}(${parameters.join(",")})`)
    return true
  }
}

/**
 * The congestion control of QUIC: `cubic`, `bbr(1m)`, `nocc(,12)`. Version 3.0 of the API knows it without parameters only.
 *
 * @category resources
 * @since 0.1.0
 */
export const quicCongestion: Args<QuicCongestion> = choice(
  versioned({ since: "3.1" }, withParameters),
  oneOf("quic-cc-algo", algorithms)
) as Args<QuicCongestion>
