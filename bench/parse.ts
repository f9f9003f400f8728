// How fast text becomes a model, against the physical limit: one pass over the text that splits lines and words and keeps nothing else.
import { inChild } from "./child.ts"
import type { Report } from "./Report.ts"

type Measured = { readonly ms: number; readonly bytes: number; readonly peak: number }

const sizes = { "70KB": 70e3, "0.7MB": 0.7e6, "3.6MB": 3.6e6, "36MB": 36e6 } as const

export const run = async (quick: boolean): Promise<Report> => {
  const chosen = Object.entries(sizes).filter(([, bytes]) => !quick || bytes < 4e6)
  const results = chosen.map(([name, bytes]) => ({
    name,
    limit: inChild<Measured>("parse.worker.ts", "split", String(bytes)),
    document: inChild<Measured>("parse.worker.ts", "document", String(bytes)),
    model: inChild<Measured>("parse.worker.ts", "model", String(bytes))
  }))
  const speed = ({ bytes, ms }: Measured) => (bytes / 1e6 / (ms / 1000)).toFixed(0)
  return {
    columns: ["size", "split MB/s", "document MB/s", "model MB/s", "limit / model", "peak MB", "peak of split MB"],
    rows: results.map(({ document, limit, model, name }) => [
      name,
      speed(limit),
      speed(document),
      speed(model),
      (limit.ms / model.ms).toFixed(2),
      model.peak.toFixed(0),
      limit.peak.toFixed(0)
    ]),
    ratios: Object.fromEntries(
      results.flatMap(({ document, limit, model, name }) => [
        [`document-${name}`, limit.ms / document.ms],
        [`model-${name}`, limit.ms / model.ms]
      ])
    ),
    // Reading the structure alone is to cost less than splitting all words; the whole model, not more than four times that.
    goals: Object.fromEntries(
      chosen.flatMap(([name]) => [
        [`document-${name}`, 1],
        [`model-${name}`, 0.25]
      ])
    )
  }
}
