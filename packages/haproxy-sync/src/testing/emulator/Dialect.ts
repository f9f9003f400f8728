import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"
import { ApiError } from "./ApiError.ts"

/** How a line of the API words the errors of its HTTP layer; 3.4 has another one than the lines before. */
export interface Dialect {
  /** Whether a path is looked up before the user is known: then an unknown path is 404 for anybody. */
  readonly pathFirst: boolean
  readonly unknownPath: (path: string) => ApiError
  readonly method: (method: string, path: string, allowed: ReadonlyArray<string>) => ApiError
  readonly allow: (allowed: ReadonlyArray<string>) => string
  readonly unauthenticated: () => ApiError
  /** What is said of a user or a password that is none. */
  readonly unauthorized: (given: string, user: string) => string
  readonly contentType: (given: string, taken: ReadonlyArray<string>, header: string) => ApiError
  readonly accept: (given: ReadonlyArray<string>) => ApiError
  readonly noBody: () => ApiError
  readonly brokenBody: (text: string) => ApiError
  /** A body with something of another type within. */
  readonly wrongType: (text: string, detail: string) => ApiError
  /** A body of another kind as a whole, such as an array where an object of the type is expected. */
  readonly wrongShape: (text: string, detail: string, type: string) => ApiError
  readonly wrongInteger: (name: string, place: "query" | "path", value: string) => ApiError
  /** A parameter that is no boolean; undefined where the line takes it for false. */
  readonly wrongBoolean: (name: string, value: string) => ApiError | undefined
  readonly emptyTransaction: () => ApiError | undefined
  readonly missingQuery: (name: string) => ApiError
  /** What of a body doesn't fit; the old lines tell the first problem, `code` is their own number for it. */
  readonly unfit: (problems: ReadonlyArray<{ readonly message: string; readonly code: number }>) => ApiError
  /** A parameter whose value is none of a few. */
  readonly oneOf: (name: string, place: "query" | "path", values: ReadonlyArray<string>) => ApiError
  /** A parameter that doesn't have a form. */
  readonly matching: (name: string, place: "query" | "path", pattern: string) => ApiError
  /** Whether an empty list is `null`, where its parent is there. */
  readonly nullLists: boolean
}

/** The bytes around the place where the JSON reader gave up: at the end of the text. */
const aroundEnd = (text: string): string => {
  const near = text.slice(-10)
  return `error found in #${near.length} byte of ...|${near}|..., bigger context ...|${text.slice(-50)}|...`
}

const undecodable = (text: string, detail: string): ApiError =>
  new ApiError(400, `parsing data body from "" failed, because unmarshalerDecoder: json: ${detail}, ${aroundEnd(text)}`)

const swagger: Dialect = {
  pathFirst: true,
  unknownPath: (path) => new ApiError(404, `path ${path} was not found`),
  method: (method, _, allowed) => new ApiError(405, `method ${method} is not allowed, but [${allowed.join(",")}] are`),
  allow: (allowed) => allowed.join(","),
  unauthenticated: () => new ApiError(401, "unauthenticated for invalid credentials"),
  unauthorized: () => "unauthorized",
  contentType: (given, taken) =>
    new ApiError(415, `unsupported media type "${given}", only [${taken.join(" ")}] are allowed`),
  accept: (given) => new ApiError(406, `unsupported media type requested, only [${given.join(" ")}] are available`),
  noBody: () => new ApiError(422, "data in body is required", 602),
  brokenBody: (text) =>
    new ApiError(400, `parsing data body from "" failed, because the JSON can't be read, ${aroundEnd(text)}`),
  wrongType: undecodable,
  wrongShape: undecodable,
  wrongInteger: (name, place, value) => new ApiError(422, `${name} in ${place} must be of type int64: "${value}"`, 601),
  wrongBoolean: () => undefined,
  emptyTransaction: () => undefined,
  missingQuery: (name) => new ApiError(422, `${name} in query is required`, 602),
  unfit: ([first]) => new ApiError(422, first?.message ?? "", first?.code),
  oneOf: (name, place, values) => new ApiError(422, `${name} in ${place} should be one of [${values.join(" ")}]`, 606),
  matching: (name, place, pattern) => new ApiError(422, `${name} in ${place} should match '${pattern}'`, 605),
  nullLists: false
}

/** Up to 3.0 the answer repeats the password. */
const oldest: Dialect = {
  ...swagger,
  unauthorized: (given, user) =>
    given.startsWith(`${user}:`) ? `invalid password: ${given.slice(user.length + 1)}` : "no configured users"
}

const chi: Dialect = {
  pathFirst: false,
  unknownPath: (path) =>
    new ApiError(404, /^\/v3\/?$/.test(path) ? "no matching operation was found" : `path ${path} was not found`),
  method: (method, path) => new ApiError(405, `method ${method} is not allowed for path ${path}`),
  allow: (allowed) => allowed.join(", "),
  unauthenticated: () => new ApiError(401, "missing or invalid authorization"),
  unauthorized: swagger.unauthorized,
  contentType: (_, __, header) => new ApiError(415, `header Content-Type has unexpected value "${header}"`),
  accept: swagger.accept,
  noBody: () => new ApiError(400, "value is required but missing"),
  brokenBody: () => new ApiError(400, "failed to decode request body: unexpected EOF"),
  wrongType: (text, detail) => new ApiError(400, `unmarshalerDecoder: json: ${detail}, ${aroundEnd(text)}`),
  wrongShape: (text, _, type) => {
    const problem = text.trim() === "null" ? "Value is not nullable" : "value must be an object"
    const path = { path: "github.com/haproxytech/client-native/v6/models" }
    const schema = { type: "object", "x-go-type": `models.${type}`, "x-go-type-import": path }
    const value = JSON.stringify(JSON.parse(text), undefined, 2)
    const indented = (json: string) => json.replaceAll("\n", "\n  ")
    return new ApiError(
      422,
      `${problem}\nSchema:\n  ${indented(JSON.stringify(schema, undefined, 2))}\n\nValue:\n  ${indented(value)}\n`
    )
  },
  wrongInteger: (name, _, value) =>
    new ApiError(
      400,
      `Invalid format for parameter ${name}: error binding string parameter: strconv.ParseInt: parsing "${value}": invalid syntax`
    ),
  wrongBoolean: (name, value) =>
    new ApiError(
      400,
      `Invalid format for parameter ${name}: error binding string parameter: strconv.ParseBool: parsing "${value}": invalid syntax`
    ),
  emptyTransaction: () =>
    new ApiError(400, `parameter "transaction_id" in query has an error: empty value is not allowed`),
  missingQuery: (name) => new ApiError(400, `Query argument ${name} is required, but not found`),
  unfit: (problems) => new ApiError(422, problems.map(({ message }) => message).join("\n")),
  oneOf: (name, place, values) =>
    new ApiError(400, `${name} in ${place}: value is not one of the allowed values ${JSON.stringify(values)}`),
  matching: (name, place, pattern) =>
    new ApiError(400, `${name} in ${place}: string doesn't match the regular expression "${pattern}"`),
  nullLists: true
}

/** The dialect of a line of the API. */
export const dialectOf = (api: ApiVersion): Dialect =>
  apiIn(api, { since: "3.4" }) ? chi : apiIn(api, { until: "3.0" }) ? oldest : swagger
