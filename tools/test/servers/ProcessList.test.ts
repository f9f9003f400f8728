import { assert, describe, it } from "@effect/vitest"
import { parseProcessList } from "../../servers/haproxy/ProcessList.ts"

const answer = `#<PID>          <type>          <reloads>       <uptime>        <version>      
16621           master          2 [failed: 1]   0d00h00m05s     3.0.11-1+deb13u5
# workers
16860           worker          0               0d00h00m02s     3.0.11-1+deb13u5
# old workers
16624           worker          1               0d00h00m05s     3.0.11-1+deb13u5
# programs

`

describe("parseProcessList", () => {
  it("tells the master, its reloads, and new workers from old ones", () => {
    assert.deepStrictEqual(parseProcessList(answer), {
      master: 16621,
      reloads: 2,
      failedReloads: 1,
      workers: [16860],
      oldWorkers: [16624],
      version: "3.0.11-1+deb13u5"
    })
  })

  it("finds nothing in an answer that is no list", () => {
    assert.isUndefined(parseProcessList("Unknown command\n"))
  })
})
