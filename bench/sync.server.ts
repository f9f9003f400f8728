// A server for bench/sync: in a process of its own, so that its work is not counted as ours. It reads the configuration from stdin.
import { startEmulator } from "../packages/haproxy-sync/src/testing/index.ts"

const chunks: Array<Buffer> = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
// What HAProxy would say of these texts is known, and its time is not ours.
const emulator = await startEmulator({
  config: Buffer.concat(chunks).toString(),
  check: () => undefined,
  reloadDelay: 20
})
console.log(JSON.stringify({ url: emulator.url, user: emulator.user, password: emulator.password }))
process.on("SIGTERM", () => void emulator.stop().then(() => process.exit(0)))
