// Stands in for a Data Plane API: reads the settings the real one is given, and reloads HAProxy as they say.
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:http"

const [, file = ""] = process.argv.slice(2)
const { dataplaneapi, haproxy } = JSON.parse(readFileSync(file, "utf8"))
const folders: ReadonlyArray<string> = [
  dataplaneapi.transaction.transaction_dir,
  ...Object.values<string>(dataplaneapi.resources)
]
for (const path of [haproxy.config_file, haproxy.haproxy_bin, ...folders]) {
  if (!existsSync(path)) throw new Error(`${path} is not there`)
}
const [{ name, password }] = dataplaneapi.user
const expected = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`

createServer((request, response) => {
  if (request.headers.authorization !== expected) {
    response.writeHead(401).end()
  } else if (request.url === "/v3/info") {
    response.writeHead(200).end()
  } else {
    execFileSync(haproxy.reload.reload_cmd, [])
    response.writeHead(202).end()
  }
}).listen(dataplaneapi.port, dataplaneapi.host)
