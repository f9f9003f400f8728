import type { ChildRoute, SectionRoute } from "../../api/Routes.ts"
import { type ApiError, confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import type { HeldSection } from "./HeldSection.ts"
import type { Host } from "./Host.ts"
import type { Call } from "./Router.ts"

/** One collection of children under one kind of parent. */
export interface Place {
  readonly host: Host
  readonly parent: SectionRoute
  readonly child: ChildRoute
  readonly shape: Shape
  readonly noun: string
}

export const ownerOf = ({ child, host, parent }: Place, call: Call): string => {
  if (parent.addressing === "singleton") return ""
  if (child.query === undefined) return call.params["owner"] ?? ""
  const owner = call.query.get(child.query) ?? ""
  if (owner === "") throw host.dialect.missingQuery(child.query)
  return owner
}

export const sectionIn = ({ parent }: Place, config: HeldConfig, owner: string): HeldSection | undefined =>
  config.section(parent.keyword, owner)

export const noParent = (noun: string, owner: string): ApiError =>
  confError("parent", `${noun} ${owner} does not exist`)
