// Bundles the command line into one file that Node starts as it is.
import { chmod } from "node:fs/promises"
import { build } from "esbuild"

// Some of what is bundled is CommonJS inside and looks for `require`.
const banner = `#!/usr/bin/env node\nimport{createRequire as lockstepRequire}from"node:module";const require=lockstepRequire(import.meta.url);`

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/lockstep.mjs",
  bundle: true,
  minify: true,
  legalComments: "none",
  platform: "node",
  format: "esm",
  target: "node22.19",
  conditions: ["@lockstep/source"],
  banner: { js: banner },
  logLevel: "warning"
})
await chmod("dist/lockstep.mjs", 0o755)
