import { readFileSync } from "node:fs"

/**
 * The memory of this process in megabytes: now, and at most.
 *
 * Not by `resourceUsage`: what the parent held when it started this process counts there too.
 */
export const memoryUsage = () => {
  const status = readFileSync("/proc/self/status", "utf8")
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(status)?.[1]) / 1024
  return { now: of("VmRSS"), peak: of("VmHWM") }
}
