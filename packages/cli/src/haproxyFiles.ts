import {
  type Diagnostic,
  decodeText,
  type Encoding,
  type HaproxyVersion,
  haproxyVersions,
  type ParseError
} from "@lockstep/haproxy-sync"
import { Effect, FileSystem, Path, Stdio, Stream } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"

/** A configuration file as it was read. */
export interface InputFile {
  readonly file: string
  readonly text: string
  readonly encoding: Encoding
}

/** `--haproxy-version`. */
export const haproxyVersion = Flag.Literals("haproxy-version", haproxyVersions).pipe(
  Flag.withDescription("The version whose language is meant where there is no server"),
  Flag.withDefault("3.2" as HaproxyVersion)
)

/** Reads a file; `-` is stdin. */
export const readInput = Effect.fnUntraced(function* (file: string) {
  const bytes = file === "-" ? yield* readStdin : yield* readBytes(file)
  return { file, ...decodeText(bytes) } satisfies InputFile
})

const readStdin = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const chunks = yield* Stream.runCollect(stdio.stdin).pipe(
    Effect.mapError(
      (cause) => new CommandError({ kind: "Input", message: `stdin could not be read: ${cause.message}`, hint: "" })
    )
  )
  return Buffer.concat([...chunks])
})

const readBytes = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFile(file).pipe(Effect.mapError((error) => unreadable(file, error.reason._tag)))
})

const reasons: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  NotFound: ["there is no such file", "check the path"],
  PermissionDenied: ["the file may not be read", "check its owner and mode"],
  BadResource: ["this is not a file", "name a file or a folder of *.cfg files"]
}

const unreadable = (file: string, tag: string): CommandError => {
  const [message, hint] = reasons[tag] ?? [`the file could not be read (${tag})`, "check the path and the disk"]
  return new CommandError({ kind: "Input", message, hint, file })
}

/**
 * Returns the files a path stands for: itself, or for a folder its `*.cfg` files in the order of their bytes, as HAProxy reads it.
 */
export const expandPath = Effect.fnUntraced(function* (path: string) {
  if (path === "-") return [path]
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(path).pipe(Effect.mapError((error) => unreadable(path, error.reason._tag)))
  if (info.type !== "Directory") return [path]
  const names = yield* fs.readDirectory(path).pipe(Effect.mapError((error) => unreadable(path, error.reason._tag)))
  const found = names.filter((name) => name.endsWith(".cfg") && !name.startsWith(".")).toSorted(byBytes)
  if (found.length === 0) {
    return yield* new CommandError({
      kind: "Input",
      message: "the folder holds no *.cfg file",
      hint: "HAProxy reads only files whose name ends in .cfg",
      file: path
    })
  }
  const { join } = yield* Path.Path
  return found.map((name) => join(path, name))
})

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Reads one configuration: a file, stdin, or the files of a folder one behind the other. */
export const readConfiguration = Effect.fnUntraced(function* (path: string) {
  const files = yield* expandPath(path)
  const inputs = yield* Effect.forEach(files, readInput)
  const [first] = inputs
  if (inputs.length === 1 && first !== undefined) return first
  return {
    file: path,
    text: inputs.map((input) => input.text).join(""),
    encoding: first?.encoding ?? ("utf8" as const)
  }
})

/** What people are told of a text that can't be understood: its first error, and how many there are. */
export const fromParseError = ({ diagnostics, side }: ParseError): CommandError => {
  const [first] = diagnostics
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : ""
  return new CommandError({
    kind: "ParseError",
    message: `${side === undefined ? "" : `${side} configuration: `}${first?.message ?? "the text can't be understood"}${more}`,
    hint: first?.hint ?? "",
    ...position(first)
  })
}

const position = (diagnostic: Diagnostic | undefined) =>
  diagnostic === undefined ? {} : { file: diagnostic.file, line: diagnostic.line, column: diagnostic.column }
