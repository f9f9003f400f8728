import { Result } from "effect"
import { compare, parse, type StructuredConfig } from "../packages/haproxy-sync/src/index.ts"
import { answer } from "./child.ts"
import { configurationOf } from "./configuration.ts"
import { medianTime } from "./Report.ts"

const [bytes = "0", changes = "0"] = process.argv.slice(2).map(Number) as unknown as [number?, number?]
const current = configurationOf(Number(bytes))
const desired = configurationOf(Number(bytes), { servers: Number(changes) })
const read = (text: string): StructuredConfig => Result.getOrThrow(parse(text))

const whole = medianTime(5, () => read(current).sections.map((section) => section.value))
const cold = medianTime(5, () => compare(read(current), read(desired)))
const known = read(current)
const warm = medianTime(5, () => compare(known, read(desired)))
answer({ parse: whole, cold, warm, operations: compare(known, read(desired)).operations.length })
