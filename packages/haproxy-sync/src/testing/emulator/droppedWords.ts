import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"

/** Options of listeners and servers that came later, by how many words each takes. */
const later: Readonly<Record<string, number>> = {
  cc: 2,
  "check-pool-conn-name": 2,
  "check-reuse-pool": 1,
  "check-sni-auto": 1,
  healthcheck: 2,
  "idle-ping": 2,
  "init-state": 2,
  ktls: 2,
  label: 2,
  "no-check-reuse-pool": 1,
  "no-check-sni-auto": 1,
  "no-renegotiate": 1,
  "no-sni-auto": 1,
  "no-strict-sni": 1,
  renegotiate: 1,
  shards: 2,
  "sni-auto": 1,
  "strict-maxconn": 1,
  "tcp-md5sig": 2,
  "tcp-ss": 2
}

/** How many words of a line stand in front of its options. */
const places: Readonly<Record<string, number>> = {
  bind: 2,
  "default-bind": 1,
  "default-server": 1,
  server: 3,
  "server-template": 4
}

/**
 * The words of a line that a server keeps: those before 3.1 drop options that they don't know, without a word, and those
 * before 3.4 still do behind `default-bind`.
 *
 * @since 0.1.0
 */
export const keptWords = (words: ReadonlyArray<string>, api: ApiVersion): ReadonlyArray<string> => {
  const from = places[words[0] ?? ""]
  const until = words[0] === "default-bind" ? "3.3" : "3.0"
  if (from === undefined || !apiIn(api, { until })) return words
  const kept = words.slice(0, from)
  for (let index = from; index < words.length; index++) {
    const word = words[index] ?? ""
    const count = Object.hasOwn(later, word) ? later[word] : undefined
    if (count === undefined) kept.push(word)
    else index += count - 1
  }
  return kept
}
