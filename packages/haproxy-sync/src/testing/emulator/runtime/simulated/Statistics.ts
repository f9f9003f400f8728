import type { HeldConfig } from "../../HeldConfig.ts"
import type { Draft } from "../../../../grammar/Args.ts"
import type { Commands } from "./Commands.ts"
import type { Servers } from "./Servers.ts"

/** The columns of which every row has a number, and those that only rows of some kind have. */
const everywhere =
  "bin bout dresp hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other rate rate_max req_tot scur smax stot"
const ofFrontends =
  "comp_byp comp_in comp_out comp_rsp conn_rate conn_rate_max conn_tot dcon dreq dses ereq intercepted rate_lim req_rate req_rate_max"
const ofServers = "cli_abrt ctime econ eresp lbtot qcur qmax qtime rtime srv_abrt ttime wredis wretr"
const ofBackends = `${ofServers} chkdown comp_byp comp_in comp_out comp_rsp downtime dreq`
const names =
  "pxname svname status mode algo addr weight act bck lastchg lastsess slim pid iid sid check_health check_rise check_fall"

const columns = [...new Set(`${names} ${everywhere} ${ofFrontends} ${ofBackends}`.split(" "))]

const zeros = (...groups: ReadonlyArray<string>): Readonly<Record<string, number>> =>
  Object.fromEntries(groups.flatMap((group) => group.split(" ")).map((name) => [name, 0]))

const process = {
  Name: "HAProxy",
  Version: "0.0.0",
  Nbproc: 1,
  Process_num: 1,
  Pid: 1,
  Maxconn: 10_000,
  CurrConns: 0,
  CumConns: 0,
  CumReq: 0,
  Idle_pct: 100,
  Stopping: 0,
  Jobs: 0,
  Listeners: 0
}

type Row = Readonly<Record<string, number | string>>

/** What HAProxy counts, where nothing has come through it yet. */
export class Statistics {
  readonly #config: HeldConfig
  readonly #servers: Servers
  readonly #since = Date.now()

  constructor(config: HeldConfig, servers: Servers) {
    this.#config = config
    this.#servers = servers
  }

  /** As it is now: servers may have been changed since the start. */
  get #rows(): ReadonlyArray<Row> {
    const frontends = this.#config.ofKind("frontend").map((section, index) => ({
      ...zeros(everywhere, ofFrontends),
      pxname: section.name,
      svname: "FRONTEND",
      status: "OPEN",
      mode: String(section.base()["mode"] ?? "http"),
      slim: Number(section.base()["maxconn"] ?? 10_000),
      iid: index + 2,
      sid: 0
    }))
    const backends = this.#config.ofKind("backend").flatMap((section, index) => {
      const iid = frontends.length + index + 2
      const { balance, mode = "http" }: Draft = section.base()
      const items = new Map(section.items("servers").map((item) => [String(item["name"]), item]))
      const rows = this.#servers.running(section.name).map(({ address, admin, id, name, port, up, weight }) => {
        const item = items.get(name)
        const isBackup = item?.["backup"] === "enabled"
        return {
          ...zeros(everywhere, ofServers),
          pxname: section.name,
          svname: name,
          status:
            admin !== "ready" ? admin.toUpperCase() : item?.["check"] !== "enabled" ? "no check" : up ? "UP" : "DOWN",
          mode: String(mode),
          addr: `${address}:${port}`,
          weight,
          act: isBackup ? 0 : 1,
          bck: isBackup ? 1 : 0,
          lastsess: -1,
          iid,
          sid: id
        }
      })
      const sum = (name: "act" | "bck" | "weight") => rows.reduce((total, row) => total + row[name], 0)
      const whole = {
        ...zeros(everywhere, ofBackends),
        pxname: section.name,
        svname: "BACKEND",
        status: rows.length > 0 ? "UP" : "DOWN",
        mode: String(mode),
        algo: String((balance as Draft | undefined)?.["algorithm"] ?? "roundrobin"),
        weight: sum("weight"),
        act: sum("act"),
        bck: sum("bck"),
        lastsess: -1,
        slim: 1000,
        iid,
        sid: 0
      }
      return [...rows, whole]
    })
    return [...frontends, ...backends].map((row) => ({ ...row, pid: 1 }))
  }

  get commands(): Commands {
    return {
      "show stat": () => `# ${[...columns, ""].join(",")}\n${this.#rows.map((row) => this.#line(row)).join("")}\n`,
      "show info": () =>
        Object.entries({ ...process, Uptime_sec: this.#age() })
          .map(([name, value]) => `${name}: ${value}\n`)
          .join("")
    }
  }

  #age(): number {
    return Math.trunc((Date.now() - this.#since) / 1000)
  }

  #line(row: Row): string {
    const cells = { ...row, ...(row["svname"] === "FRONTEND" ? {} : { lastchg: this.#age() }) }
    return `${[...columns.map((name) => String(Reflect.get(cells, name) ?? "")), ""].join(",")}\n`
  }
}
