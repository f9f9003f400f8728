import type { StorageKind } from "./storedName.ts"

/**
 * A file that is desired beside the configuration.
 *
 * @category files
 * @since 0.1.0
 */
export interface StoredFile {
  readonly kind: StorageKind
  /** As the configuration names it, or as it is called here: the server's own rules are applied to it. */
  readonly name: string
  readonly content: string
}

/**
 * How files are brought to a server.
 *
 * @category options
 * @since 0.1.0
 */
export interface StorageOptions {
  /**
   * Reload HAProxy for what it can't take while it runs. Without it that is stored and waits for the reload of the configuration,
   * which comes behind it; true if left out.
   */
  readonly reload?: boolean
  /** Up to this many entries of a map are changed one by one in the running HAProxy; 1000 if left out. */
  readonly entries?: number
}
