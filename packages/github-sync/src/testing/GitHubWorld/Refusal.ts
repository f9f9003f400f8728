/** What is wrong with one field of what was asked for. */
export interface Problem {
  readonly [field: string]: unknown
}

/** What GitHub answers when it refuses. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: ReadonlyArray<Problem>
  constructor(status: number, message: string, errors: ReadonlyArray<Problem> = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

/** Refuses. */
export const refuse = (status: number, message: string, errors: ReadonlyArray<Problem> = []): never => {
  throw new Refusal(status, message, errors)
}

/** Refuses what is well-formed but not valid, if there is a problem with it. */
export const refuseInvalid = (problems: ReadonlyArray<Problem>): void => {
  if (problems.length > 0) refuse(422, "Validation Failed", problems)
}
