/** The API group of Lockstep's kinds. */
export const group = "lockstep.dev"

/** The version in which they are stored. */
export const version = "v1alpha1"
