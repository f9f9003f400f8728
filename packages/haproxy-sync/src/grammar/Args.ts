export {
  type Args,
  type Draft,
  type Printer,
  type Field,
  type FieldOptions,
  Cursor,
  type TypeOf,
  type Merged,
  type Nothing
} from "./args/Description.ts"
export { mergeFields } from "./args/fields.ts"
export { type Quoted } from "./args/single.ts"
export { parseDuration, formatDuration, parseSize, formatSize } from "./args/measures.ts"
export { word, type NumberOptions, integer, duration, size, oneOf, mapped, joined, converted } from "./args/values.ts"
export { rest, upTo, words, literal, constant, flag, negation, flags } from "./args/words.ts"
export {
  sequence,
  optional,
  notEmpty,
  requires,
  after,
  choice,
  alias,
  initially,
  object,
  within
} from "./args/parts.ts"
export { repeated, repeatedItem, options } from "./args/options.ts"
export { versioned, type Otherwise, modelled, type Unmodelled, unmodelled } from "./args/versions.ts"
export { mandatoryCondition, condition } from "./args/condition.ts"
