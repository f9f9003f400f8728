import { createHash } from "node:crypto"

/**
 * Returns the SHA-256 of a text, in hexadecimal.
 *
 * @category digests
 * @since 0.1.0
 */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
