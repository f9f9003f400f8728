// What no program on Node can be below: the objects are listed by one request, parsed, and kept. Nothing else is loaded.
import { readFileSync } from "node:fs"
import { get } from "node:https"
import { memoryUsage } from "./controller.usage.ts"

const [url = "", authority = "", token = ""] = process.argv.slice(2)
interface Sent {
  readonly items: Array<{ readonly metadata: { managedFields?: unknown } }>
}

const read = () =>
  new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" }
    get(`${url}/apis/bench.lockstep.dev/v1/parcels`, { ca: readFileSync(authority), headers }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => resolve(Buffer.concat(chunks).toString()))
    }).on("error", reject)
  })

const empty = memoryUsage().now
const start = performance.now()
const before = process.cpuUsage()
const { items } = JSON.parse(await read()) as Sent
for (const { metadata } of items) delete metadata.managedFields
const { system, user } = process.cpuUsage(before)
const begin = { ms: performance.now() - start, cpu: (system + user) / 1e3 }
const whole = process.cpuUsage()
const { now: idle, peak } = memoryUsage()
console.log(
  JSON.stringify({ begin, empty, objects: items.length, idle, peak, total: (whole.system + whole.user) / 1e3 })
)
