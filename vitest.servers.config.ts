import { defineConfig } from "vitest/config"
import { suites } from "./tools/servers/Suite.ts"

const source = ["@lockstep/source"]

/** One project for each suite of the server run; tools/servers/run.ts says which of them can run here. */
export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    passWithNoTests: false,
    projects: suites.map(({ name }) => ({
      extends: true as const,
      test: {
        name,
        // One kube-apiserver for all files that can share it: it takes seconds to start and a quarter of a gigabyte.
        ...(name === "kubernetes" ? { globalSetup: "tools/servers/vitest/sharedKubeApiServer.ts" } : {}),
        include: [`{packages/*,tools}/test/servers/${name}/**/*.test.ts`],
        // Real servers start, elect and reload in seconds on a busy machine.
        testTimeout: 60_000,
        hookTimeout: 120_000
      }
    }))
  }
})
