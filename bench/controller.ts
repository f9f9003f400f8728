// What a controller costs over 10,000 objects: in memory against the same calls in a bare loop, and on a real API server
// against the same controller on controller-runtime.
import * as kubernetes from "./controller.kubernetes.ts"
import * as memory from "./controller.memory.ts"
import type { Report } from "./Report.ts"

export const run = async (quick: boolean): Promise<Report> => {
  const inMemory = memory.run(quick)
  const onServer = await kubernetes.run(quick)
  return {
    columns: kubernetes.columns,
    rows: [...inMemory.rows, ...onServer.rows],
    ratios: { ...inMemory.ratios, ...onServer.ratios },
    goals: { ...inMemory.goals, ...onServer.goals }
  }
}
