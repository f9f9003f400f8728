import { type Draft, object } from "../Args.ts"
import { directive, itemsInOrder, type Line, named, order } from "../Line.ts"
import { defaultServer, type DefaultServer, server, serverTemplate } from "./server.ts"

/** A `default-server` line stood behind servers: what it says holds for the ones behind it only. */
const late: unique symbol = Symbol("late")

/** What the lines before the first server say. */
const early: unique symbol = Symbol("early")

/** The item's line is opaque, because its place counts. */
const inText: unique symbol = Symbol("inText")

type Section = Draft & { [late]?: true; [early]?: unknown }

const inPlace = (section: Readonly<Draft>): boolean => (section as Section)[late] !== true

const hasServers = (section: Readonly<Draft>): boolean =>
  section["servers"] !== undefined || section["server_templates"] !== undefined

const single = directive("default-server", object("default_server", defaultServer))

/**
 * The lines of `default-server`: several add up, and each holds for the servers behind it.
 *
 * **Gotchas**
 *
 * The API's JSON shows one object with what all of them say. A line behind servers is opaque, and the servers behind it are too.
 *
 * @category resources
 * @since 0.1.0
 */
export const defaultServerLine: Line<{ readonly default_server?: DefaultServer }> = {
  ...single,
  repeats: true,
  inPlace,
  read: (cursor, section: Section, statement) => {
    const own: Draft = {}
    if (!single.read(cursor, own, statement)) return false
    if (hasServers(section)) {
      if (section[late] !== true) section[early] = section["default_server"]
      section[late] = true
      cursor.lossy = true
    }
    section["default_server"] = { ...(section["default_server"] as Draft), ...(own["default_server"] as Draft) }
    return true
  },
  write: (section: Readonly<Section>, version) =>
    single.write(section[late] === true ? { default_server: section[early] } : section, version)
}

/** Lines of servers, opaque behind a late `default-server`. */
const scoped = <A>(line: Line<A>, map: string): Line<A> => ({
  ...line,
  inPlace,
  read: (cursor, section: Section, statement) => {
    if (!line.read(cursor, section, statement)) return false
    if (section[late] !== true) return true
    const item: (Draft & { [inText]?: true }) | undefined = itemsInOrder(section[map]).at(-1)
    if (item !== undefined) item[inText] = true
    cursor.lossy = true
    return true
  },
  write: (section, version) => {
    const items = itemsInOrder(section[map]).filter((item) => !(inText in item))
    const names = items.map((_, index) => String(index))
    return line.write(
      { [map]: { ...Object.fromEntries(names.map((name, index) => [name, items[index]])), [order]: names } },
      version
    )
  }
})

/**
 * The servers of a backend.
 *
 * @category resources
 * @since 0.1.0
 */
export const servers = scoped(named("server", "servers", "name", server), "servers")

/**
 * The server templates of a backend.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverTemplates = scoped(
  named("server-template", "server_templates", "prefix", serverTemplate),
  "server_templates"
)
