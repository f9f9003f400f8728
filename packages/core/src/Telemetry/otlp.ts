import { Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { OtlpSerialization, OtlpTracer } from "effect/observability"

/** Where spans are sent, and as whose. */
export interface Destination {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly service: string
  readonly version: string | undefined
}

/** Sends spans. It has a file of its own, so that only who sends any loads what that takes. */
export const layer = ({ headers, service, url, version }: Destination) =>
  OtlpTracer.layer({
    url,
    headers,
    resource: { serviceName: service, ...(version === undefined ? {} : { serviceVersion: version }) },
    exportInterval: "5 seconds",
    shutdownTimeout: "3 seconds"
  }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer))
