/** What a test process asks of its guard. */
export type Request =
  | { readonly type: "keep"; readonly directory: string }
  | { readonly type: "remove"; readonly directory: string }
  | {
      readonly type: "start"
      readonly id: number
      readonly command: string
      readonly args: ReadonlyArray<string>
      readonly directory: string
      readonly environment: Readonly<Record<string, string | undefined>>
      readonly log: string
    }
  | { readonly type: "signal"; readonly id: number; readonly signal: NodeJS.Signals }

/** What the guard answers. A directory's removal is answered with the directory, the rest with the request's number. */
export type Answer =
  | { readonly type: "removed"; readonly directory: string }
  | { readonly type: "started"; readonly id: number; readonly pid: number }
  | { readonly type: "refused"; readonly id: number; readonly reason: string }
  | { readonly type: "ended"; readonly id: number; readonly how: string }
