const escapes: ReadonlyArray<readonly [RegExp, string]> = [
  [/__/gu, "__underscores__"],
  [/\./gu, "__dot__"],
  [/-/gu, "__dash__"],
  [/\//gu, "__slash__"],
  [
    /^(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return)$/gu,
    "__$1__"
  ]
]

/** Writes the selection of a field in CEL; names that CEL can't have are written as Kubernetes writes them. */
export const selectField = (object: string, field: string): string =>
  `${object}.${escapes.reduce((name, [pattern, replacement]) => name.replaceAll(pattern, replacement), field)}`
