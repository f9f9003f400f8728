/** Where what is asked of the in-process GitHub, or what it answers, is not as GitHub's description of its API says, and why. */
export const differences: ReadonlyArray<{ readonly difference: string; readonly because: string }> = [
  {
    difference:
      "PUT /repos/{owner}/{repo}/issues/{issue_number}/labels: request must match exactly one schema in oneOf",
    because: "follows from the next one"
  },
  {
    difference:
      "PUT /repos/{owner}/{repo}/issues/{issue_number}/labels: request/labels must NOT have fewer than 1 items",
    because:
      "the description contradicts itself: its text says that an empty list takes all labels away, and so it does"
  }
]

/** Where the in-process GitHub answers otherwise than the recordings of GitHub show, and why. */
export const recordedDifferences: { readonly [field: string]: string } = {
  id: "numbers are given anew",
  node_id: "numbers are given anew",
  default: "it makes no difference between labels that came with a repository and others",
  documentation_url: "it always names the same page",
  status: "answers that refuse carry their status since 2024; the recordings are older"
}
