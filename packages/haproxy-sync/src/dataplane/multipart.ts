import { randomUUID } from "node:crypto"

/** A body with one file in the field that the server looks for. */
export const formOf = (name: string, content: string) => {
  const boundary = randomUUID()
  const head = `Content-Disposition: form-data; name="file_upload"; filename="${name}"\r\nContent-Type: application/octet-stream`
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.from(`--${boundary}\r\n${head}\r\n\r\n${content}\r\n--${boundary}--\r\n`)
  }
}
