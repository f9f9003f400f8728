import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** How much memory is in use once everything that nobody needs is gone, in megabytes. */
export const heapInUse = (): number => {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  collect()
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
