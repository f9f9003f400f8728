/** A section's model, split into the things one can address in the API, each under its path. */
export type Resources = ReadonlyMap<string, Readonly<Record<string, unknown>>>

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** A copy as JSON would give it, without the fields that are null. */
export const stripNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(stripNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, stripNulls(field)])
  )
}

/** Reports whether a field holds children: a list of objects, or a map whose keys are the items' own names. */
const holdsChildren = (name: string, value: unknown): value is Json | ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return name.endsWith("_list") && value.length > 0 && value.every(isObject)
  if (!isObject(value)) return false
  const items = Object.entries(value)
  return items.length > 0 && items.every(([key, item]) => isObject(item) && Object.values(item).includes(key))
}

/** The resources of one section under `path`: the section without its children, and each child. */
export const resourcesOf = (path: string, section: unknown): Resources => {
  const resources = new Map<string, Json>()
  const put = (at: string, item: Json): void => {
    const own: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(item)) {
      if (name !== "metadata" && holdsChildren(name, field)) {
        for (const [id, child] of Object.entries(field)) if (isObject(child)) put(`${at}/${name}[${id}]`, child)
      } else if (!(Array.isArray(field) && field.length === 0)) own[name] = field
    }
    resources.set(at, own)
  }
  const stripped = stripNulls(section)
  if (isObject(stripped)) put(path, stripped)
  return resources
}
