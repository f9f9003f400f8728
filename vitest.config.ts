import { readdirSync } from "node:fs"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const root = import.meta.dirname
// Tests run from TypeScript sources, so that a fresh clone needs no build.
const source = ["@lockstep/source"]
// What talks to real servers has a command of its own: npm run test:servers.
const exclude = ["**/test/servers/{haproxy,dataplane,kubernetes}/**", "**/node_modules/**"]

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    passWithNoTests: false,
    // Some tests start the program several times over, on machines that are busy with other things.
    testTimeout: 30_000,
    projects: [...readdirSync(join(root, "packages")).map((name) => join("packages", name)), "tools", "fuzz"].map(
      (folder) => ({
        extends: true as const,
        test: {
          name: folder.replace("packages/", ""),
          root: join(root, folder),
          include: ["test/**/*.test.ts"],
          exclude
        }
      })
    )
  }
})
