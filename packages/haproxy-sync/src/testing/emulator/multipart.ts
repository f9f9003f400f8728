/** A file of a multipart body. */
export interface Upload {
  readonly filename: string
  readonly content: Buffer
}

/** Finds the file that was sent under a field's name. */
export const uploadOf = (body: Buffer, contentType: string, field: string): Upload | undefined => {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1]
  if (boundary === undefined) return undefined
  const mark = `--${boundary}`
  let from = body.indexOf(mark)
  while (from >= 0) {
    const start = from + mark.length + 2
    const end = body.indexOf(`\r\n${mark}`, start)
    if (end < 0) return undefined
    const split = body.indexOf("\r\n\r\n", start)
    const head = body.subarray(start, split).toString()
    if (new RegExp(`name="${field}"`).test(head)) {
      const filename = /filename="([^"]*)"/.exec(head)?.[1] ?? ""
      return { filename: filename.split(/[\\/]/).at(-1) ?? "", content: body.subarray(split + 4, end) }
    }
    from = end + 2
  }
  return undefined
}
