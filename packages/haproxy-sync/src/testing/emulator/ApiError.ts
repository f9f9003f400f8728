/**
 * An answer that is an error, with the server's own words.
 *
 * **Details**
 *
 * `code` is what the body says; the older servers put numbers of their own there when a parameter or a body doesn't fit.
 *
 * @since 0.1.0
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: number
  /** The JSON goes out as text, as it does where the answer would have been text. */
  readonly plain: boolean
  override readonly name = "ApiError"

  constructor(status: number, message: string, code = status, plain = false) {
    super(message)
    this.status = status
    this.code = code
    this.plain = plain
  }

  /** The same error where the answer would have been text. */
  get asText(): ApiError {
    return new ApiError(this.status, this.message, this.code, true)
  }

  /** The JSON that is sent. */
  get body(): { readonly code: number; readonly message: string } {
    return { code: this.code, message: this.message }
  }
}

/** An error without words, where the handler has none; 3.4 writes two into it. */
export class BareError extends Error {
  readonly status: number
  override readonly name = "BareError"

  constructor(status: number) {
    super("not found")
    this.status = status
  }
}

const reasons = {
  exists: [409, "object already exists"],
  general: [500, "general error"],
  index: [400, "index out of range"],
  missing: [404, "missing object"],
  parent: [400, "missing parent"],
  transaction: [400, "transaction does not exist"],
  validation: [400, "validation error"],
  version: [409, "version mismatch"]
} as const

/** An error of the server's configuration client: a fixed beginning, then what happened. */
export const confError = (reason: keyof typeof reasons, detail: string): ApiError => {
  const [status, prefix] = reasons[reason]
  return new ApiError(status, `${prefix}: ${detail}`)
}
