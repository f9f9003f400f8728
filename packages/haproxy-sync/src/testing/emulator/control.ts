import { Faults } from "../Faults.ts"
import { addFault, faultNames, faultSpec, type FaultSpec } from "../namedFaults.ts"
import { ApiError } from "./ApiError.ts"
import type { Reply } from "./Router.ts"
import type { Interference } from "./Server.ts"

/** Where the server is told what is to go wrong: beside the API, at a path that the API does not have. */
export const controlRoot = "/lockstep/"

export interface ControlOptions {
  readonly faults: Faults
  readonly killHaproxy: () => Promise<void>
  readonly startHaproxy: () => Promise<void>
  /** Takes up the configuration file, which somebody has changed. */
  readonly readFile: () => Promise<void>
  /** Ends the server as a crash does, and starts it anew. */
  readonly restart: () => Promise<void>
}

/** An answer, and what is done when it is on its way. */
interface ControlReply extends Reply {
  readonly after?: () => Promise<void>
}

interface Switched {
  readonly id: number
  readonly fault: unknown
  readonly off: () => void
}

const moments = ["before", "after"] as const

/** A fault of one's own: for which requests, how often, and what happens. */
interface OwnFault {
  readonly method?: string
  readonly path?: string
  readonly times?: number
  readonly status?: number
  readonly message?: string
  readonly delay?: number
  readonly drop?: (typeof moments)[number]
  readonly restart?: (typeof moments)[number]
}

const isMoment = (value: unknown): boolean => value === undefined || moments.some((moment) => moment === value)

const fits = (value: unknown, type: "string" | "number"): boolean => value === undefined || typeof value === type

const isOwnFault = (value: object): value is OwnFault => {
  const { delay, drop, message, method, path, restart, status, times }: Record<string, unknown> = { ...value }
  return (
    [method, path, message].every((one) => fits(one, "string")) &&
    [times, status, delay].every((one) => fits(one, "number")) &&
    [drop, restart].every(isMoment) &&
    [status, delay, drop, restart].some((one) => one !== undefined)
  )
}

const pattern = (text: string): RegExp => {
  try {
    return new RegExp(text)
  } catch {
    throw new ApiError(422, `path should be a regular expression, not "${text}"`)
  }
}

const addOwn = (faults: Faults, fault: OwnFault): (() => void) => {
  const { delay, drop, message = "made to fail", method, path = "", restart, status, times } = fault
  const place = pattern(path)
  const interference: Interference = {
    ...(status === undefined ? {} : Faults.status(status, message)),
    ...(delay === undefined ? {} : { delay }),
    ...(drop === undefined ? {} : { drop }),
    ...(restart === undefined ? {} : { restart })
  }
  const always = (request: { readonly method: string; readonly path: string }) =>
    (method === undefined || method === request.method) && place.test(request.path) ? interference : undefined
  return faults.add(times === undefined ? always : Faults.times(times, always))
}

/**
 * What people switch on and off over HTTP while the server runs, so that tests in any language can.
 *
 * @since 0.1.0
 */
export class Control {
  readonly #options: ControlOptions
  readonly #switched = new Map<number, Switched>()
  #last = 0

  constructor(options: ControlOptions) {
    this.#options = options
  }

  async answer(method: string, path: string, body: string): Promise<ControlReply> {
    const [what = "", id] = path.slice(controlRoot.length).split("/")
    const verb = `${method} ${what}`
    if (verb === "GET faults") return { status: 200, body: this.#list() }
    if (verb === "POST faults") return { status: 201, body: this.#add(body) }
    if (verb === "DELETE faults") return this.#remove(id)
    const { killHaproxy, readFile, restart, startHaproxy } = this.#options
    if (verb === "POST restart") return { status: 204, after: restart }
    if (verb === "POST read-file") await readFile()
    else if (verb === "POST kill-haproxy") await killHaproxy()
    else if (verb === "POST start-haproxy") await startHaproxy()
    else {
      throw new ApiError(
        404,
        "there are GET, POST and DELETE faults, and POST restart, read-file, kill-haproxy, start-haproxy"
      )
    }
    return { status: 204 }
  }

  #list(): unknown {
    const faults = [...this.#switched.values()].map(({ fault, id }) => ({ id, ...(fault as object) }))
    return { requests: this.#options.faults.requests, faults, names: faultNames }
  }

  /** Switches a fault on: by a name and an amount, or one of one's own. */
  #add(body: string): unknown {
    const value = parsed(body)
    const { amount = 1, name }: { readonly amount?: unknown; readonly name?: unknown } = { ...value }
    const { faults } = this.#options
    const named = name === undefined ? undefined : faultSpec(`${String(name)}=${String(amount)}`)
    if (name !== undefined && named === undefined) {
      throw new ApiError(422, `name should be one of ${faultNames.join(", ")}, with an amount of 1 or more`)
    }
    const fault: FaultSpec | OwnFault | undefined = named ?? (isOwnFault(value) ? value : undefined)
    if (fault === undefined) {
      throw new ApiError(
        422,
        'a fault is {"name", "amount"?}, or {"method"?, "path"?, "times"?} with one of "status", "delay", "drop" and "restart"'
      )
    }
    const id = ++this.#last
    const off = "name" in fault ? addFault(faults, fault) : addOwn(faults, fault)
    this.#switched.set(id, { id, fault, off })
    return { id, ...fault }
  }

  #remove(id: string | undefined): Reply {
    if (id === undefined || id === "") {
      this.#options.faults.clear()
      this.#switched.clear()
      return { status: 204 }
    }
    const switched = this.#switched.get(Number(id))
    if (switched === undefined) throw new ApiError(404, `there is no fault ${id}`)
    switched.off()
    this.#switched.delete(switched.id)
    return { status: 204 }
  }
}

const parsed = (body: string): object => {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === "object" && value !== null) return value
  } catch {
    // Said below.
  }
  throw new ApiError(400, "the body should be a JSON object")
}
