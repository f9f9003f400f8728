/** A pair of the corpus whose difference the reference implementation tells otherwise. */
export interface PairDifference {
  readonly pair: string
  /** What it says and we don't. */
  readonly theirs: ReadonlyArray<string>
  /** What we say and it does not. */
  readonly ours: ReadonlyArray<string>
  readonly because: string
}

const file =
  "it also tells of the files beside the configuration that its caller has sent; a comparison of two configurations has none"

const enterprise =
  "the section is one of HAProxy Enterprise: HAProxy knows no such keyword, and takes the line for one of the section above"

const enterprisePairs = (kind: string, prefix: string, name: string): ReadonlyArray<PairDifference> =>
  (["create", "delete", "update"] as const).map((change) => ({
    pair: `${prefix}-${change}`,
    theirs: [`${{ create: "Create", delete: "Delete", update: "Update" }[change]} ${kind} '${name}'`],
    ours: ["Update defaults section 'unnamed_defaults_1'"],
    because: enterprise
  }))

/** All pairs that are described differently, each with the reason; every other one is described in the same words. */
export const pairDifferences: ReadonlyArray<PairDifference> = [
  { pair: "add-map-frontend", theirs: ["Created map file domains.map"], ours: [], because: file },
  { pair: "add-ssl-frontend", theirs: ["Created SSL certificate example.com.pem"], ours: [], because: file },
  {
    pair: "update-map-frontend",
    theirs: ["Created map file updated-domains.map", "Deleted map file domains.map"],
    ours: [],
    because: file
  },
  { pair: "update-map-only-no-config-change", theirs: ["Updated map file domains.map"], ours: [], because: file },
  {
    pair: "update-ssl-frontend-cert",
    theirs: ["Created SSL certificate updated.com.pem", "Deleted SSL certificate example_com.pem"],
    ours: [],
    because: file
  },
  ...enterprisePairs("botmgmt-profile", "botmgmt-profile", "bot-detection"),
  ...enterprisePairs("captcha", "captcha", "recaptcha"),
  ...enterprisePairs("waf-profile", "waf-profile", "web-security")
]
