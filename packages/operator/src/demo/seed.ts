import type { GitHubSeed } from "@lockstep/github-sync/testing"

export const repository = { owner: "acme", name: "storefront" } as const

export const clusters: ReadonlyArray<string> = ["eu-west-1", "us-east-1"]

/** A repository as it may look on any morning. */
export const seed: GitHubSeed.GitHubSeed = {
  repositories: [
    {
      ...repository,
      labels: [
        { name: "bug", color: "d73a4a", description: "Something isn't working" },
        { name: "team: checkout", color: "1d76db", description: "Owned by the checkout team" }
      ],
      pullRequests: [
        {
          number: 41,
          title: "Raise the connection limit of the checkout backend",
          author: "ines",
          head: "checkout-connections",
          labels: ["team: checkout"],
          checks: [{ name: "unit" }, { name: "manifests" }],
          reviews: [{ author: "marek", state: "APPROVED" }]
        },
        {
          number: 42,
          title: "Serve images from the new bucket",
          author: "jonas",
          head: "image-bucket",
          labels: ["bug"],
          checks: [{ name: "unit" }, { name: "manifests", status: "in_progress" }]
        },
        {
          number: 43,
          title: "Try out a second ingress class",
          author: "lea",
          head: "second-ingress",
          draft: true,
          checks: [{ name: "unit", conclusion: "failure" }]
        }
      ]
    }
  ]
}
