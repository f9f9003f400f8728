import type { DirectiveRecord } from "../support/corpus.ts"

/** Why lines that HAProxy refuses are not errors to us. */
export interface Unrefused {
  readonly because: string
  readonly matches: (record: DirectiveRecord) => boolean
}

const lines = (pattern: RegExp) => (record: DirectiveRecord) => pattern.test(record.line)

/** All that is not refused of what HAProxy refuses: each kind has to be there. */
export const unrefused: ReadonlyArray<Unrefused> = [
  {
    because: "a script may bring the action: where none is loaded, a reference is reported",
    matches: lines(/\blua\./)
  },
  { because: "it depends on a file that HAProxy reads", matches: lines(/\berrorfile \S|^load crt|^ssl-f-use crt/) },
  { because: "it depends on a certificate that may be named elsewhere", matches: lines(/ (?:ssl|check-ssl)(?: |$)/) },
  { because: "HAProxy asks the resolver for the address", matches: lines(/^option forwardfor except/) },
  { because: "it depends on the build of HAProxy", matches: lines(/^ssl-engine|\bquic-|^tune\.quic\.|track-sc5/) },
  { because: "it depends on the number of processes", matches: lines(/^bind-process| process /) },
  {
    because: "it depends on other lines of the section",
    matches: lines(/^use-fcgi-app|agent-check|write-to|attach-srv/)
  },
  { because: "HAProxy wants a port even behind this address", matches: lines(/ addr ::1$/) }
]
