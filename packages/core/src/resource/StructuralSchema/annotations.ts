/** On a check: the rule in CEL that means the same. */
export const celKey = "lockstep/cel"

/** On a check of an array: the fields by which its entries are told apart. */
export const listMapKey = "lockstep/listMapKeys"

/** On a schema: values of any shape are kept as they are. The keyword itself, so that it reads as what it does. */
export const preserveKey = "x-kubernetes-preserve-unknown-fields"
