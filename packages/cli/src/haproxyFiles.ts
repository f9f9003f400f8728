import {
  type Diagnostic,
  decodeText,
  defaultHaproxyVersion,
  type Encoding,
  haproxyVersions,
  parse,
  type ParseError
} from "@lockstep/haproxy-sync"
import { Effect, FileSystem, Path, Stdio, Stream } from "effect"
import { Argument, Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"

/** A configuration file as it was read. */
export interface InputFile {
  readonly file: string
  readonly text: string
  readonly encoding: Encoding
  /** Where the files of a folder begin in the text, by their first line, from 1. */
  readonly parts?: ReadonlyArray<{ readonly file: string; readonly firstLine: number }>
}

/** `--haproxy-version`. */
export const haproxyVersion = Flag.Literals("haproxy-version", haproxyVersions).pipe(
  Flag.withDescription("The version whose language is meant where there is no server"),
  Flag.withDefault(defaultHaproxyVersion)
)

/** One or more configurations that are worked through one after another. */
export const files = Argument.String("file").pipe(
  Argument.withDescription("A configuration, a folder of *.cfg files, or - for stdin"),
  Argument.variadic({ min: 1 })
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
  const { join } = yield* Path.Path
  const names = yield* fs.readDirectory(path).pipe(Effect.mapError((error) => unreadable(path, error.reason._tag)))
  const files = names.filter((name) => name.endsWith(".cfg") && !name.startsWith(".")).toSorted(byBytes)
  const found = yield* Effect.filter(
    files.map((name) => join(path, name)),
    Effect.fnUntraced(function* (file) {
      const { type } = yield* fs.stat(file).pipe(Effect.mapError((error) => unreadable(file, error.reason._tag)))
      return type === "File"
    })
  )
  if (found.length === 0) {
    return yield* new CommandError({
      kind: "Input",
      message: "the folder holds no *.cfg file",
      hint: "HAProxy reads only files whose name ends in .cfg",
      file: path
    })
  }
  return found
})

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/**
 * Reads one configuration: a file, stdin, or the files of a folder one behind the other. Each file of a folder has to be sound by
 * itself, so that an error names the file it is in.
 */
export const readConfiguration = Effect.fnUntraced(function* (path: string) {
  const inputs = inOneEncoding(yield* Effect.forEach(yield* expandPath(path), readInput))
  const [first] = inputs
  if (inputs.length === 1 && first !== undefined) return first
  for (const { file, text } of inputs) {
    yield* Effect.fromResult(parse(text, { file })).pipe(Effect.mapError(fromParseError))
  }
  let firstLine = 1
  const parts = inputs.map(({ file, text }) => {
    const part = { file, firstLine }
    firstLine += text.split("\n").length - 1
    return part
  })
  return {
    file: path,
    text: inputs.map((input) => input.text).join(""),
    encoding: first?.encoding ?? ("utf8" as const),
    parts
  } satisfies InputFile
})

/** The file that a line of an input stands in, as it is called from the folder that one is in; undefined for stdin. */
export const placeIn =
  ({ file, parts = [{ file, firstLine: 1 }] }: InputFile) =>
  (line: number): { readonly file: string; readonly line: number } | undefined => {
    const part = parts.findLast(({ firstLine }) => firstLine <= line)
    return part === undefined || part.file === "-"
      ? undefined
      : { file: part.file.replace(/^(\.\/)+/, ""), line: line - part.firstLine + 1 }
  }

/**
 * Returns the files so that equal bytes are equal text: as soon as one is no UTF-8, all are read byte by byte.
 */
export const inOneEncoding = (inputs: ReadonlyArray<InputFile>): ReadonlyArray<InputFile> => {
  if (inputs.every(({ encoding }) => encoding === "utf8")) return inputs
  return inputs.map((input) =>
    input.encoding === "latin1"
      ? input
      : { ...input, text: Buffer.from(input.text).toString("latin1"), encoding: "latin1" }
  )
}

/** Fails where stdin stands for more than one of several files: it can be read once. */
export const stdinOnce = (paths: ReadonlyArray<string>) =>
  paths.filter((path) => path === "-").length > 1
    ? Effect.fail(
        new CommandError({
          kind: "Input",
          message: "stdin can stand for one file only",
          hint: "name the others by their paths"
        })
      )
    : Effect.void

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
