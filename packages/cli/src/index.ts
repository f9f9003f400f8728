/**
 * The command line as a value: its tree of commands, and what runs it.
 *
 * @since 0.1.0
 */
export { lockstep, run } from "./Cli.ts"
