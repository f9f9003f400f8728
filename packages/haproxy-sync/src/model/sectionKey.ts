import type { SectionKeyword } from "../text/SectionKind.ts"

/** The key of a section in maps: no two of a configuration have the same. */
export const sectionKey = (keyword: SectionKeyword, name: string): string => `${keyword} ${name}`
