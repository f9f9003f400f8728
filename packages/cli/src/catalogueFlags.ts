import { Flag } from "effect/cli"

/** The repository, and the vocabulary it is to hold. */
export const catalogueFlags = {
  repo: Flag.String("repo").pipe(Flag.withDescription("The repository: OWNER/NAME")),
  prefix: Flag.String("prefix").pipe(
    Flag.withDescription("What the names of the labels begin with"),
    Flag.withDefault("cd/")
  ),
  names: Flag.String("name").pipe(
    Flag.withDescription("Another name for a state's label, after the prefix: STATE=NAME; may be given several times"),
    Flag.atLeast(0)
  ),
  formerPrefix: Flag.String("former-prefix").pipe(
    Flag.withDescription("What the names began with before: labels that are still called so are renamed"),
    Flag.optional
  ),
  renames: Flag.String("rename").pipe(
    Flag.withDescription(
      "A label that is to become a state's: NAME=STATE; pull requests keep it; may be given several times"
    ),
    Flag.atLeast(0)
  )
}
