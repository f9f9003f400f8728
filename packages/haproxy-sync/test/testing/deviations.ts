import type { RecordedVersion } from "../support/corpus.ts"
import type { Deviation } from "./playExchanges.ts"

/** Answers of the in-process Data Plane API that are not those of the recorded servers, and why. */
export interface KnownDeviation {
  readonly versions?: ReadonlyArray<RecordedVersion>
  readonly what: Deviation["what"]
  /** The scenario and the step. */
  readonly at: RegExp
  /** What the recorded answer says. */
  readonly says?: RegExp
  readonly because: string
}

/** Reports whether an entry is about this deviation. */
export const explains = (known: KnownDeviation, { record, version, what }: Deviation): boolean =>
  known.what === what &&
  known.versions?.includes(version) !== false &&
  known.at.test(`${record.scenario} ${record.step}`) &&
  known.says?.test(JSON.stringify(record.response.body)) !== false

/** All known deviations, by their cause. */
export const knownDeviations: ReadonlyArray<KnownDeviation> = [
  {
    what: "answer",
    at: /./,
    says: /is not allowed, but \[/,
    because: "the server lists the verbs that are allowed in no order, another one each time"
  },
  {
    what: "answer",
    at: /./,
    says: /(ReadString: expects|do not know how to skip)/,
    because: "some of the server's types have a JSON decoder of their own, whose errors tell of its inner state"
  },
  {
    what: "answer",
    at: /^section_(fcgi_apps|crt_stores) 13$/,
    because: "the error quotes bytes of a body that names a folder, which is another one here"
  },
  {
    what: "answer",
    at: /^storage_ssl_crt_lists /,
    says: /"size":/,
    because: "the size of a list that names files is another one where the folder's name is longer"
  },
  {
    what: "answer",
    at: /^info_and_protocol /,
    says: /(<title>|bytes, starts:)/,
    because: "the server's description of itself is not copied; ours names the paths it has"
  },
  {
    what: "answer",
    at: /^raw_lossy 59$/,
    because: "the request before is shortened in the recording and can't be repeated"
  },
  {
    what: "status",
    at: /^storage_ssl_certificates 16$/,
    versions: ["3.2", "3.4"],
    because: "for a moment after a forced reload the server's runtime socket still leads to the HAProxy before"
  },
  {
    what: "answer",
    at: /^runtime_avoids_reload 18$/,
    because: "for a moment after a forced reload the server's runtime socket still leads to the HAProxy before"
  },
  {
    what: "answer",
    at: /^runtime_servers 1[45]$/,
    versions: ["3.4"],
    says: /"check_health":4/,
    because: "the simulated HAProxy counts no health checks"
  },
  {
    what: "answer",
    at: /^reload_fails_master_socket 20$/,
    versions: ["3.4"],
    says: /Automatically setting global.maxconn to/,
    because: "the number that HAProxy tells depends on how many files it has open, and is another one with each reload"
  },
  {
    what: "text",
    at: /^full_section (13|17)$/,
    versions: ["3.0"],
    because: "this server writes servers that come with their section in no order"
  }
]
