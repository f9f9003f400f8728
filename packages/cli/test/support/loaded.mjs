// Put in front of a program: writes the names of the workspace's packages that it loaded to stderr.
import { registerHooks } from "node:module"

const packages = new Set()
registerHooks({
  load: (url, context, next) => {
    const name = /\/packages\/([^/]+)\/src\//.exec(url)?.[1]
    if (name !== undefined) packages.add(name)
    return next(url, context)
  }
})
process.on("exit", () => process.stderr.write(JSON.stringify([...packages])))
