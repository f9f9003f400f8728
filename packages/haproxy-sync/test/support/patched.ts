/** What becomes of a text with a unified diff: as strict as `patch` without fuzz. */
export const patched = (text: string, diff: string): string => {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const result: Array<string> = []
  let at = 0
  const expect = (line: string) => {
    if (lines[at] !== line)
      throw new Error(`line ${at + 1} is ${JSON.stringify(lines[at])}, not ${JSON.stringify(line)}`)
    at++
  }
  for (const line of diff
    .replaceAll("\n\\ No newline at end of file\n", "\0")
    .match(/[^\n\0]*[\n\0]/g)
    ?.slice(2) ?? []) {
    const place = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line)
    const own = line.endsWith("\0") ? line.slice(1, -1) : line.slice(1)
    if (place !== null) {
      const start = Number(place[1]) - (place[2] === "0" ? 0 : 1)
      while (at < start) result.push(lines[at++] ?? "")
    } else if (line.startsWith("+")) result.push(own)
    else {
      expect(own)
      if (line.startsWith(" ")) result.push(own)
    }
  }
  return [...result, ...lines.slice(at)].join("")
}
