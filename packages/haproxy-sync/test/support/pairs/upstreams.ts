import { createServer } from "node:http"
import { createServer as createListener, type Server } from "node:net"
import { Effect } from "effect"

/** Answers with its name and all that HAProxy has made of the request. */
const telling = (name: string): Server =>
  createServer({ keepAliveTimeout: 0 }, (request, response) => {
    response.sendDate = false
    request.resume().on("end", () => {
      const { headers, method, url } = request
      response.end(JSON.stringify({ name, method, url, headers }))
    })
  })

/** Says its name to whoever connects. */
const greeting = (name: string): Server =>
  createListener((connection) => connection.on("error", () => undefined).end(`+OK ${name}\n`))

/** Has servers at these addresses until the scope ends: they tell their own. */
export const upstreams = (addresses: ReadonlyArray<string>, kind: "http" | "tcp") =>
  Effect.forEach(
    addresses,
    (address) =>
      Effect.acquireRelease(
        Effect.promise(
          () =>
            new Promise<Server>((resolve, reject) => {
              const [host = "", port = "0"] = address.split(":")
              const server = kind === "http" ? telling(address) : greeting(address)
              server.once("error", reject).listen(Number(port), host, () => resolve(server))
            })
        ),
        (server) =>
          Effect.promise(
            () =>
              new Promise<void>((resolve) => {
                server.close(() => resolve())
                if ("closeAllConnections" in server) (server.closeAllConnections as () => void)()
              })
          )
      ),
    { discard: true }
  )
