import { Ajv, type ValidateFunction } from "ajv"
import addFormats from "ajv-formats"
import { Option, Schema } from "effect"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const Parameter = Schema.Struct({
  name: Schema.String,
  in: Schema.Literals(["path", "query", "header"]),
  required: Schema.optionalKey(Schema.Boolean),
  schema: Schema.Struct({ type: Schema.optionalKey(Schema.String) })
})

const Body = Schema.Struct({ content: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)) })

const Ref = Schema.Struct({ $ref: Schema.String })

const Operation = Schema.Struct({
  parameters: Schema.optionalKey(Schema.Array(Schema.Union([Ref, Parameter]))),
  requestBody: Schema.optionalKey(Body),
  responses: Schema.Record(Schema.String, Schema.Union([Ref, Body]))
})

const Description = Schema.Struct({
  paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown)),
  components: Schema.Struct({
    parameters: Schema.Record(Schema.String, Parameter),
    responses: Schema.Record(Schema.String, Body)
  })
})

/** One exchange with an API. */
export interface Spoken {
  readonly method: string
  readonly url: URL
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: unknown
}

const read = (module: string) => readFileSync(createRequire(import.meta.url).resolve(module), "utf8")

const text = read("@octokit/openapi/generated/api.github.com.json")

const description = Schema.decodeUnknownSync(Schema.fromJsonString(Description))(text)

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, coerceTypes: false })
addFormats.default(ajv)
// `repo.nwo` and the like are GitHub's own; they say nothing about the form.
ajv.addFormat("repo.nwo", true)

// OpenAPI 3.0 says `nullable` where JSON Schema says that null is one of the possibilities.
const withoutNullable = (_: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || !("nullable" in value) || value.nullable !== true) return value
  const { nullable: _nullable, ...rest } = value
  return { anyOf: [{ type: "null" }, rest] }
}
ajv.addSchema(JSON.parse(text, withoutNullable) as object, "github")

const webhooks = read("@octokit/openapi-webhooks/generated/api.github.com.json")
ajv.addSchema(JSON.parse(webhooks, withoutNullable) as object, "webhooks")

const validators = new Map<string, ValidateFunction>()

const validatorOf = (reference: string): ValidateFunction => {
  const found = validators.get(reference)
  if (found !== undefined) return found
  const made = ajv.compile({ $ref: reference })
  validators.set(reference, made)
  return made
}

const escape = (part: string) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))

const problemsOf = (pointer: string, value: unknown, of = "github"): ReadonlyArray<string> => {
  const validate = validatorOf(`${of}#${pointer}`)
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath.replaceAll(/\/\d+/gu, "/*")} ${message ?? ""}`
  )
}

const templates = Object.keys(description.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/gu, "[^/]+")}$`, "u"),
  // The more of it is fixed, the better it fits.
  fixed: path.replaceAll(/\{[^}]+\}/gu, "").length
}))

/** The path of the description that a URL belongs to. */
export const pathOf = (pathname: string): string | undefined =>
  templates.filter(({ pattern }) => pattern.test(pathname)).toSorted((a, b) => b.fixed - a.fixed)[0]?.path

const isRef = Schema.is(Ref)

/** Every way in which an exchange is not as GitHub's description of its API says: `METHOD path: what`. */
export const deviations = ({ method, requestBody, responseBody, status, url }: Spoken): ReadonlyArray<string> => {
  const path = pathOf(url.pathname)
  if (path === undefined) return [`${method} ${url.pathname}: no such path`]
  const verb = method.toLowerCase()
  const of = (what: string) => `${method} ${path}: ${what}`
  const operation = Schema.decodeUnknownOption(Operation)(description.paths[path]?.[verb])
  if (Option.isNone(operation)) return [of("no such method")]
  const { parameters = [], responses } = operation.value
  const base = `/paths/${escape(path)}/${verb}`

  const known = parameters.map((one) =>
    isRef(one) ? description.components.parameters[one.$ref.split("/").at(-1) ?? ""] : one
  )
  const queries = [...url.searchParams].flatMap(([name, value]) => {
    const parameter = known.find((one) => one?.in === "query" && one.name === name)
    if (parameter === undefined) return [of(`the query has no parameter ${name}`)]
    return parameter.schema.type === "integer" && !/^\d+$/u.test(value) ? [of(`${name} is no integer`)] : []
  })

  const hasBody = requestBody !== undefined && requestBody !== ""
  const asked = hasBody
    ? operation.value.requestBody === undefined
      ? [of("it takes no body")]
      : problemsOf(`${base}/requestBody/content/application~1json/schema`, requestBody).map((one) =>
          of(`request${one}`)
        )
    : []

  const response = responses[String(status)]
  if (response === undefined) return [...queries, ...asked, of(`it does not answer ${status}`)]
  const pointer = isRef(response) ? response.$ref.slice(1) : `${base}/responses/${status}`
  const content = isRef(response)
    ? description.components.responses[response.$ref.split("/").at(-1) ?? ""]?.content
    : response.content
  if (content?.["application/json"] === undefined) {
    const said = responseBody === undefined ? [] : [of(`it answers ${status} without a body`)]
    return [...queries, ...asked, ...said]
  }
  const answered = problemsOf(`${pointer}/content/application~1json/schema`, responseBody)
  return [...queries, ...asked, ...answered.map((one) => of(`${status}${one}`))]
}

/** Every way in which a webhook's payload is not as GitHub's description says: `event-action: what`. */
export const webhookDeviations = (event: string, payload: unknown): ReadonlyArray<string> => {
  const action = Schema.decodeUnknownOption(Schema.Struct({ action: Schema.String }))(payload)
  const name = [event.replaceAll("_", "-"), ...Option.toArray(Option.map(action, (one) => one.action))].join("-")
  const pointer = `/webhooks/${name}/post/requestBody/content/application~1json/schema`
  return problemsOf(pointer, payload, "webhooks").map((problem) => `${name}: ${problem}`)
}
