import { readdirSync } from "node:fs"
import { defineConfig } from "vitest/config"

const source = ["@lockstep/source"]

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    passWithNoTests: false,
    projects: [
      ...readdirSync("packages").map((name) => ({
        extends: true as const,
        test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] }
      })),
      { extends: true as const, test: { name: "tools", root: "tools", include: ["test/**/*.test.ts"] } }
    ]
  }
})
