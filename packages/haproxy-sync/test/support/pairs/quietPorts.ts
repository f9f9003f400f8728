import { createServer } from "node:net"
import { Effect } from "effect"

/** Below those that the system gives to whoever asks for any: nobody comes upon one of these by chance. */
const [lowest, highest] = [12_000, 32_000]

const isFree = (port: number) =>
  Effect.callback<boolean>((resume) => {
    const probe = createServer()
    probe.once("error", () => resume(Effect.succeed(false)))
    probe.listen(port, () => probe.close(() => resume(Effect.succeed(true))))
  })

const given = new Set<number>()

/** A port that nobody listens on, another one each time. */
export const quietPort: Effect.Effect<number> = Effect.suspend(() => {
  const port = lowest + Math.trunc(Math.random() * (highest - lowest))
  if (given.has(port)) return quietPort
  given.add(port)
  return Effect.flatMap(isFree(port), (free) => (free ? Effect.succeed(port) : quietPort))
})
