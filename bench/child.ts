import { execFileSync } from "node:child_process"
import { join } from "node:path"

/** Runs a measurement in a process of its own, so that its peak memory is its own; answers the JSON it prints. */
export const inChild = <T>(file: string, ...args: ReadonlyArray<string>): T => {
  const out = execFileSync(
    process.execPath,
    ["--conditions=@lockstep/source", join(import.meta.dirname, file), ...args],
    {
      encoding: "utf8",
      maxBuffer: 1 << 24
    }
  )
  return JSON.parse(out) as T
}

/** Ends a measuring process with its result and its peak memory in megabytes. */
export const answer = (result: object): void => {
  console.log(JSON.stringify({ ...result, peak: process.resourceUsage().maxRSS / 1024 }))
}
