import { Schema } from "effect"

/** Where a secret value is: a key of a `Secret` in the namespace of the operator. The value itself is never in a resource. */
export const SecretRef = Schema.Struct({
  name: Schema.String.check(
    Schema.isPattern(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/u, { message: "Expected the name of a Secret" }),
    Schema.isMaxCodePoints(253)
  ),
  key: Schema.String.check(
    Schema.isPattern(/^[-._a-zA-Z0-9]+$/u, { message: "Expected a key of a Secret" }),
    Schema.isMaxCodePoints(253)
  )
})

/** The root of an API, without a name or a password in it. */
export const ApiUrl = Schema.String.check(
  Schema.isPattern(/^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/u, {
    message: "Expected an http or https URL without a password"
  }),
  Schema.isMaxCodePoints(2048)
)

/** The name of a cluster or an environment: that of the resource that describes it. */
export const PlainName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u, { message: "Expected lower-case letters, digits and '-'" }),
  Schema.isMaxCodePoints(63)
)
