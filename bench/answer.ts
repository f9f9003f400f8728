/** Ends a measuring process with its result and its peak memory in megabytes. */
export const answer = (result: object): void => {
  console.log(JSON.stringify({ ...result, peak: process.resourceUsage().maxRSS / 1024 }))
}
