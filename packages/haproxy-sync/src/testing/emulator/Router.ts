/** A request as handlers see it. */
export interface Call {
  readonly method: string
  readonly path: string
  /** The values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** An answer: `body` is sent as JSON, `text` as it is. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly text?: string | Buffer
  readonly type?: string
}

export type Handler = (call: Call) => Promise<Reply> | Reply

/** What a route takes and gives, beside JSON. */
export interface Media {
  readonly consumes?: ReadonlyArray<string>
  readonly produces?: ReadonlyArray<string>
}

export interface Endpoint extends Media {
  readonly handle: Handler
}

/** A path template such as `/backends/{name}` with its verbs. */
export interface Route {
  readonly path: string
  readonly verbs: Readonly<Record<string, Endpoint>>
}

interface Node {
  readonly children: Map<string, Node>
  parameter: Node | undefined
  /** The route that ends here, with the names of its parameters. */
  end: { readonly names: ReadonlyArray<string>; readonly verbs: Readonly<Record<string, Endpoint>> } | undefined
}

const node = (): Node => ({ children: new Map(), parameter: undefined, end: undefined })

export interface Match {
  readonly verbs: Readonly<Record<string, Endpoint>>
  readonly params: Readonly<Record<string, string>>
}

/**
 * Finds the route of a path: a fixed segment goes before a parameter.
 *
 * @since 0.1.0
 */
export class Router {
  readonly #root = node()

  constructor(routes: ReadonlyArray<Route>) {
    for (const { path, verbs } of routes) {
      let at = this.#root
      const names: Array<string> = []
      for (const segment of segments(path)) {
        if (segment.startsWith("{")) {
          names.push(segment.slice(1, -1))
          at = at.parameter ??= node()
        } else {
          const next = at.children.get(segment) ?? node()
          at.children.set(segment, next)
          at = next
        }
      }
      at.end = { names, verbs: { ...at.end?.verbs, ...verbs } }
    }
  }

  find(path: string): Match | undefined {
    return walk(this.#root, segments(path).map(decode), 0, [])
  }
}

const segments = (path: string): ReadonlyArray<string> => path.split("/").filter((segment) => segment !== "")

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const walk = (
  at: Node,
  path: ReadonlyArray<string>,
  index: number,
  values: ReadonlyArray<string>
): Match | undefined => {
  const segment = path[index]
  if (segment === undefined) {
    if (at.end === undefined) return undefined
    const params = Object.fromEntries(at.end.names.map((name, place) => [name, values[place] ?? ""]))
    return { verbs: at.end.verbs, params }
  }
  const fixed = at.children.get(segment)
  const found = fixed === undefined ? undefined : walk(fixed, path, index + 1, values)
  if (found !== undefined || at.parameter === undefined) return found
  return walk(at.parameter, path, index + 1, [...values, segment])
}
