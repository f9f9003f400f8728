import { Journal } from "@lockstep/haproxy-sync"
import { Config, Effect, Layer, Option, Path } from "effect"
import { Flag } from "effect/cli"

/** `--state-dir`. */
export const stateDir = Flag.String("state-dir").pipe(
  Flag.withDescription(
    "The folder in which is remembered what a command that was killed has left open (environment: LOCKSTEP_STATE_DIR, XDG_STATE_HOME)"
  ),
  Flag.withMetavar("FOLDER"),
  Flag.optional
)

const environment = Config.all({
  own: Config.option(Config.NonEmptyString("LOCKSTEP_STATE_DIR")),
  state: Config.option(Config.NonEmptyString("XDG_STATE_HOME")),
  home: Config.option(Config.NonEmptyString("HOME"))
}).pipe(Effect.orElseSucceed(() => ({ own: Option.none(), state: Option.none(), home: Option.none() })))

/**
 * The journal of commands that change a server: in the folder that was asked for, else where the XDG rules put the state of a
 * program; in memory where nothing tells where that is.
 */
export const journalIn = (asked: Option.Option<string>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const path = yield* Path.Path
      const { home, own, state } = yield* environment
      const folder = asked.pipe(
        Option.orElse(() => own),
        // By the rules, a relative path there is to be ignored.
        Option.orElse(() =>
          Option.map(Option.filter(state, path.isAbsolute), (folder) => path.join(folder, "lockstep", "haproxy"))
        ),
        Option.orElse(() => Option.map(home, (folder) => path.join(folder, ".local", "state", "lockstep", "haproxy")))
      )
      return Option.match(folder, { onNone: () => Journal.memory, onSome: Journal.file })
    })
  )
