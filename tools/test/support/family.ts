import type { ServerProcessOptions } from "../../servers/ServerProcess.ts"

/** A server that ignores requests to end and has a child; both command lines name the directory. */
export const familyIn = (directory: string): ServerProcessOptions => ({
  name: "family",
  command: "/bin/sh",
  args: ["-c", 'trap "" TERM; echo started; tail -f /dev/null "$0/child" & tail -f /dev/null "$0/parent"', directory],
  directory
})
