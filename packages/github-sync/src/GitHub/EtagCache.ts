import { Option, Schema } from "effect"
import { createHash } from "node:crypto"
import type { AnswerFile, Answers } from "./EtagCache/AnswerFile.ts"

/** What an answer was read as, and by which tag GitHub knows it. */
export interface Known<A> {
  readonly etag: string
  readonly value: A
}

/** Remembers what was read at a URL, so that GitHub need not tell it again: a read that finds nothing new costs nothing. */
export interface EtagCache<A> {
  get(url: string): Known<A> | undefined
  set(url: string, known: Known<A>): void
}

/** Creates a cache in memory. What was not used for longest goes when there is too much. */
export const make = <A>(capacity: number): EtagCache<A> => {
  const entries = new Map<string, Known<A>>()
  return {
    get: (url) => {
      const found = entries.get(url)
      if (found === undefined) return undefined
      entries.delete(url)
      entries.set(url, found)
      return found
    },
    set: (url, known) => {
      entries.delete(url)
      entries.set(url, known)
      for (const oldest of entries.keys()) {
        if (entries.size <= capacity) break
        entries.delete(oldest)
      }
    }
  }
}

/**
 * Creates a cache in a file. What was read in another way, by an earlier Lockstep, is not found: fields that it left out would be
 * missing for as long as nothing changes.
 */
export const inFile = <A>(file: AnswerFile, schema: Schema.Codec<A, unknown>): EtagCache<A> => {
  const text = Schema.fromJsonString(schema)
  const read = Schema.decodeUnknownOption(text)
  const write = Schema.encodeUnknownOption(text)
  const answers: Answers = file.answers(shapeOf(schema))
  return {
    get: (url) => {
      const kept = answers.get(url)
      if (kept === undefined) return undefined
      return Option.getOrUndefined(Option.map(read(kept.text), (value) => ({ etag: kept.etag, value })))
    },
    set: (url, { etag, value }) => {
      const encoded = write(value)
      if (Option.isSome(encoded)) answers.set(url, { etag, text: encoded.value })
    }
  }
}

const shapeOf = (schema: Schema.Codec<unknown, unknown>): string =>
  createHash("sha256")
    .update(JSON.stringify(Schema.toJsonSchemaDocument(schema)))
    .digest("base64url")
    .slice(0, 16)

/** Puts one cache in front of another: what is found in the second is remembered by the first, and both are written. */
export const over = <A>(first: EtagCache<A>, second: EtagCache<A>): EtagCache<A> => ({
  get: (url) => {
    const near = first.get(url)
    if (near !== undefined) return near
    const far = second.get(url)
    if (far !== undefined) first.set(url, far)
    return far
  },
  set: (url, known) => {
    first.set(url, known)
    second.set(url, known)
  }
})
