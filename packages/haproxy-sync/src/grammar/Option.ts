import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import { after, type Args, type FieldOptions, flag, modelled, versioned } from "./Args.ts"

/**
 * An option as an entry of a table of options: a keyword with a value.
 *
 * @category options
 * @since 0.1.0
 */
export const valued = <const K extends string, A>(keyword: K, part: Args<A>): { readonly [P in K]: Args<A> } =>
  entry(keyword, after(keyword, part))

/**
 * An option that is a keyword alone, for true.
 *
 * @category options
 * @since 0.1.0
 */
export const bare = <const K extends string, const F extends string>(
  keyword: K,
  field: F
): { readonly [P in K]: Args<{ readonly [Q in F]?: true }> } => entry(keyword, flag(keyword, field))

/**
 * An option that is a keyword alone, for "enabled".
 *
 * @category options
 * @since 0.1.0
 */
export const enabled = <const K extends string, const F extends string>(
  keyword: K,
  field: F
): { readonly [P in K]: Args<{ readonly [Q in F]?: "enabled" }> } => entry(keyword, flag(keyword, field, "enabled"))

/**
 * An option that is a keyword alone, for "enabled", with `no-` in front for "disabled".
 *
 * @category options
 * @since 0.1.0
 */
export const enabledOr = <const K extends string, const F extends string>(
  keyword: K,
  field: F,
  options: FieldOptions = {}
): { readonly [P in K | `no-${K}`]: Args<{ readonly [Q in F]?: "enabled" | "disabled" }> } =>
  Object.assign(
    entry(keyword, flag(keyword, field, "enabled", options)),
    entry(`no-${keyword}`, flag(`no-${keyword}`, field, "disabled", options))
  ) as { readonly [P in K | `no-${K}`]: Args<{ readonly [Q in F]?: "enabled" | "disabled" }> }

/**
 * The options of a table, all of which came to HAProxy with a version.
 *
 * @category options
 * @since 0.1.0
 */
export const since = <const T extends Readonly<Record<string, Args<unknown>>>>(version: HaproxyVersion, table: T): T =>
  each(table, (part) => versioned({ since: version }, part))

/**
 * The options of a table, for which the Data Plane API has fields since a version. Version 3.0 of it shows a line without the options
 * it doesn't know; later ones take no such line.
 *
 * @category options
 * @since 0.1.0
 */
export const modelledSince = <const T extends Readonly<Record<string, Args<unknown>>>>(
  version: HaproxyVersion,
  table: T
): T => each(table, (part) => modelled({ since: "3.1" }, modelled({ since: version }, part), "lost"))

const entry = <const K extends string, A>(keyword: K, part: Args<A>) =>
  ({ [keyword]: part }) as { readonly [P in K]: Args<A> }

const each = <const T extends Readonly<Record<string, Args<unknown>>>>(
  table: T,
  change: (part: Args<unknown>) => Args<unknown>
): T => Object.fromEntries(Object.entries(table).map(([keyword, part]) => [keyword, change(part)])) as T
