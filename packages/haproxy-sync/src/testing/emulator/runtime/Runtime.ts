/**
 * An answer of HAProxy's runtime socket that is an error.
 *
 * @since 0.1.0
 */
export class RuntimeError extends Error {
  readonly severity: number
  override readonly name = "RuntimeError"

  constructor(severity: number, message: string) {
    super(message)
    this.severity = severity
  }
}

/**
 * HAProxy's runtime socket: commands as text, answers as text.
 *
 * @since 0.1.0
 */
export interface Runtime {
  /** The socket's path, which error texts name. */
  readonly path: string
  /** Sends a command line and answers what HAProxy says; fails with a {@link RuntimeError} where that is an error. */
  readonly execute: (command: string) => Promise<string>
  /** The text of a certificate in use, where it is known. */
  readonly certificate?: (file: string) => string | undefined
}

/** What the server makes of an error: the severity, the text and the command. */
export const runtimeMessage = (error: RuntimeError, command: string): string =>
  `[${error.severity}]  ${error.message} [${command}]`
