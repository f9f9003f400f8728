import { Flag } from "effect/cli"

/** What an operator is to follow, and how. */
export const whatFlags = {
  repo: Flag.String("repo").pipe(
    Flag.withDescription("A repository to follow: OWNER/NAME; may be given several times"),
    Flag.atLeast(0)
  ),
  cluster: Flag.String("cluster").pipe(
    Flag.withDescription("A cluster that merged changes are to reach; may be given several times"),
    Flag.atLeast(0)
  ),
  interval: Flag.Int("interval").pipe(
    Flag.withDescription("Seconds between two looks at a repository; 120 if left out"),
    Flag.optional
  ),
  prune: Flag.Literals("prune", ["keep", "closed", "ended"]).pipe(
    Flag.withDescription(
      "Which trackers that were found by themselves are deleted again: none, those of pull requests closed without a merge, or also of merged ones that are healthy; none if left out"
    ),
    Flag.optional
  ),
  config: Flag.String("config").pipe(
    Flag.withDescription(
      "A file with an OperatorConfig, as YAML or JSON: what is left out here is as it says; operator run reads it again when it changes"
    ),
    Flag.withMetavar("FILE"),
    Flag.optional
  )
}
