import { DataplaneError } from "../dataplane/DataplaneError.ts"
import { hiddenIn, hiding } from "../diff/hiddenIn.ts"
import type { SyncResult } from "../SyncResult.ts"

/**
 * Returns functions that take out of results and errors what a server repeats of the passwords and keys in these texts: HAProxy quotes
 * the words that it refuses.
 *
 * @category redaction
 * @since 0.1.0
 */
export const withoutSecrets = (texts: ReadonlyArray<string>) => {
  const hide = hiding(new Set(texts.flatMap((text) => [...hiddenIn(text)])))
  const error = (failure: DataplaneError): DataplaneError =>
    failure.serverMessage === undefined
      ? failure
      : new DataplaneError({
          reason: failure.reason,
          request: failure.request,
          serverMessage: hide(failure.serverMessage),
          ...(failure.status === undefined ? {} : { status: failure.status }),
          ...(failure.perhapsOurs === undefined ? {} : { perhapsOurs: failure.perhapsOurs })
        })
  const result = (self: SyncResult): SyncResult => ({
    ...self,
    message: hide(self.message),
    notices: self.notices.map(hide),
    failedOperations: self.failedOperations.map(({ cause, operation }) => ({
      operation,
      cause: cause instanceof DataplaneError ? error(cause) : cause
    }))
  })
  return { error, result }
}
