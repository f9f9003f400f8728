// Sums up the reports that the test runs have written: one line for each package, and the totals.
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const patterns = process.argv.slice(2)
const files = globSync(
  patterns.length > 0 ? patterns : ["packages/*/dist/.test/report.json", "tools/dist/.test/report.json"],
  { cwd: root }
)
let passed = 0
let failed = 0
for (const file of files.toSorted().filter((one) => existsSync(join(root, one)))) {
  const report = JSON.parse(readFileSync(join(root, file), "utf8"))
  passed += report.numPassedTests
  failed += report.numFailedTests
  // A file that could not be loaded has no tests to fail.
  const broken = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.length === 0
  ).length
  failed += broken
  const skipped = report.numPendingTests + report.numTodoTests
  const name = relative("packages", dirname(dirname(dirname(file)))).replace(/^\.\.\//, "")
  console.log(
    `${name}: ${report.numPassedTests} passed, ${report.numFailedTests + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`
  )
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || files.length === 0 ? 1 : 0)
