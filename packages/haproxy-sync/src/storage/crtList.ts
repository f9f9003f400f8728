/**
 * An entry of a list of certificates.
 *
 * @category files
 * @since 0.1.0
 */
export interface CrtListEntry {
  readonly certificate: string
  /** What stands in brackets, such as `alpn h2`. */
  readonly options: string
  /** The names it is shown for; all of its own where there are none. */
  readonly filters: ReadonlyArray<string>
}

/** What has to be done to a list of certificates to turn one text into another. */
export interface CrtListDifference {
  readonly added: ReadonlyArray<CrtListEntry>
  readonly removed: ReadonlyArray<CrtListEntry>
}

/** An entry as a line of the file. */
export const crtListLine = ({ certificate, filters, options }: CrtListEntry): string =>
  [certificate, ...(options === "" ? [] : [`[${options}]`]), ...filters].join(" ")

/** The options of an entry in one spelling: behind the names of `alpn`, a running HAProxy writes a NUL. */
export const plainOptions = (options: string): string => options.replaceAll("\0", " ").replace(/\s+/g, " ").trim()

/** The entry of a line; undefined for a comment, an empty line, and one that can't be understood. */
const entryOf = (line: string): CrtListEntry | undefined => {
  const [, certificate = "", options = "", filters = ""] =
    /^\s*([^\s#[\]]+)(?:\s+\[([^\]]*)\])?((?:\s+[^\s[\]]+)*)\s*$/.exec(line) ?? []
  return certificate === ""
    ? undefined
    : {
        certificate,
        options: plainOptions(options),
        filters: filters.split(/\s+/).filter((one) => one !== "")
      }
}

/** The entries of a list of certificates, in their order; undefined where a line can't be understood. */
export const crtListEntries = (text: string): ReadonlyArray<CrtListEntry> | undefined => {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
  const entries = lines.map(entryOf)
  return entries.every((entry) => entry !== undefined) ? entries : undefined
}

/**
 * Returns the difference between two texts of a list of certificates; undefined where only the whole can carry it: another order, or
 * another first entry, which is the one that is shown where no name fits.
 *
 * @category files
 * @since 0.1.0
 */
export const crtListDifference = (from: string, to: string): CrtListDifference | undefined => {
  const [before, after] = [crtListEntries(from), crtListEntries(to)]
  if (before === undefined || after === undefined) return undefined
  const [old, next] = [before.map(crtListLine), after.map(crtListLine)]
  const [known, wanted] = [new Set(old), new Set(next)]
  if (known.size !== before.length || wanted.size !== after.length || old[0] !== next[0]) return undefined
  const added = after.filter((_, index) => !known.has(next[index] ?? ""))
  const removed = before.filter((_, index) => !wanted.has(old[index] ?? ""))
  // New entries come behind all others.
  const inOrder = [...old.filter((line) => wanted.has(line)), ...next.filter((line) => !known.has(line))].every(
    (line, index) => next[index] === line
  )
  return inOrder ? { added, removed } : undefined
}
