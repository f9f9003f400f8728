import type { Operation } from "./Operation.ts"
import { redactItem } from "./redact.ts"
import { sectionWords, wordsOf } from "./Vocabulary.ts"

const verbs = { create: "Create", update: "Update", delete: "Delete", move: "Move" } as const

/**
 * Describes an operation in one line, in the words of the reference implementation: `Update server 's1' in backend 'app'`. Passwords
 * and keys are never part of it.
 *
 * @category operations
 * @since 0.1.0
 */
export const describe = (operation: Operation): string => {
  const verb = verbs[operation.type]
  const words = sectionWords[operation.keyword]
  if (operation.field === undefined) {
    return operation.owner === "" ? `${verb} ${words.noun}` : `${verb} ${words.noun} '${operation.owner}'`
  }
  const preposition = operation.type === "delete" ? "from" : "in"
  const parent = operation.owner === "" ? words.noun : `${words.parent ?? words.noun} '${operation.owner}'`
  return `${verb} ${describeChild(operation, operation.field)} ${preposition} ${parent}`
}

const describeChild = (operation: Operation, field: string): string => {
  const { label, noun, style } = wordsOf(field)
  const item = redactItem(operation)
  const text = typeof label === "function" ? label(item) : String(item[label] ?? "")
  if (text === "") return `${noun} at index ${operation.index ?? 0}`
  return style === "name" ? `${noun} '${text}'` : `${noun} (${text})`
}
