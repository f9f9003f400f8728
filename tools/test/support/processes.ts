import { readdirSync, readFileSync } from "node:fs"

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch {
    // It ended between the listing and the reading.
    return ""
  }
}

/** Lists the processes of this machine whose command line names a directory. A zombie's command line is empty. */
export const processesNaming = (directory: string): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/u.test(entry) && commandOf(entry).includes(directory))
    .map(Number)
