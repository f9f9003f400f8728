import type { KnownDifference } from "../../support/knownDifferences.ts"

/** Where a recorded server loses something that ours keeps, or shows something that isn't there. */
export const knownDifferences: ReadonlyArray<KnownDifference> = [
  {
    versions: ["3.2", "3.4"],
    kind: "log-profile",
    fields: ["steps"],
    because: "The server reads the steps only of a profile that has a log-tag."
  },
  {
    versions: ["3.0", "3.2"],
    kind: "userlist",
    fields: ["metadata"],
    because: "The server doesn't read the comment behind the header of a userlist."
  },
  {
    versions: ["3.0", "3.2"],
    kind: "peers",
    fields: ["default_bind"],
    because:
      "Of a default-bind with an option that came later the server shows the others, or an empty object; the line is opaque here."
  },
  {
    versions: ["3.0", "3.2", "3.4"],
    kind: "peers",
    fields: ["name"],
    matches: ({ ours }) => ours !== undefined,
    because: "The server shows an empty name for a section without one, which HAProxy refuses."
  },
  {
    versions: ["3.4"],
    kind: "userlist/users",
    matches: ({ ours }) => ours === undefined,
    because: "The server takes the lines of a section it no longer knows for lines of the section above."
  },
  {
    versions: ["3.4"],
    kind: "global",
    fields: ["group", "user"],
    because: "The server takes the lines of a section it no longer knows for lines of the section above."
  },
  {
    versions: ["3.0", "3.2", "3.4"],
    kind: "global",
    fields: ["http_client_options"],
    because: "The server makes an empty object of a value that neither it nor HAProxy takes."
  },
  {
    versions: ["3.0", "3.2", "3.4"],
    kind: "peers",
    fields: ["default_server"],
    because:
      "The server makes an empty object of a default-server with words that it can't read; the line is opaque here."
  },
  {
    versions: ["3.0"],
    kind: "log-forward/dgram_binds",
    matches: ({ ours }) => ours === undefined,
    because: "The server passes over an option that lacks its value, which HAProxy refuses."
  },
  {
    versions: ["3.0"],
    kind: "crt-store",
    fields: ["loads"],
    matches: ({ ours }) => ours !== undefined,
    because: "The server shows the loads of a store only in the list of all stores, and only where it has a name."
  },
  {
    versions: ["3.2", "3.4"],
    kind: "crt-store/crt_loads",
    matches: ({ theirs }) => theirs === undefined,
    because: "A store without a name can't be addressed, so that the server shows its loads nowhere."
  }
]
