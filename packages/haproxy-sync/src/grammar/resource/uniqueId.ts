import { type Draft, rest, word } from "../Args.ts"
import { directive, type Line } from "../Line.ts"

/** The header's name, until the format is there. */
const waiting: unique symbol = Symbol("waiting")

type Section = Draft & { [waiting]?: unknown }

const format = directive("unique-id-format", rest("unique_id_format"))
const header = directive("unique-id-header", word("unique_id_header"))

/**
 * `unique-id-format FORMAT`.
 *
 * @category resources
 * @since 0.1.0
 */
export const uniqueIdFormat: typeof format = {
  ...format,
  read: (cursor, section: Section, statement) => {
    if (!format.read(cursor, section, statement)) return false
    if (section[waiting] !== undefined) section["unique_id_header"] = section[waiting]
    delete section[waiting]
    return true
  }
}

/**
 * `unique-id-header NAME`: the API shows it only beside a format in the same section. One in front of the format is opaque.
 *
 * @category resources
 * @since 0.1.0
 */
export const uniqueIdHeader: Line<{ readonly unique_id_header?: string }> = {
  ...header,
  read: (cursor, section: Section, statement) => {
    const own: Draft = {}
    if (!header.read(cursor, own, statement)) return false
    if (section["unique_id_format"] === undefined) {
      section[waiting] = own["unique_id_header"]
      cursor.lossy = true
    } else section["unique_id_header"] = own["unique_id_header"]
    return true
  },
  write: (section: Readonly<Section>, version) =>
    header.write(section[waiting] === undefined ? section : { unique_id_header: section[waiting] }, version)
}
