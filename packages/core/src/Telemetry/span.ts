import { Effect, type Fiber, Tracer } from "effect"

/** Whether anybody collects spans. */
export const isTraced = (fiber: Pick<Fiber.Fiber<unknown, unknown>, "getRef">): boolean =>
  fiber.getRef(Tracer.Tracer) !== Tracer.nativeTracer

/** Leaves a span where somebody collects them; else nothing is made that nobody would see. For what happens all the time. */
export const around = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  name: string,
  options: () => Tracer.SpanOptionsNoTrace
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) =>
    isTraced(fiber) ? Effect.withSpan(self, name, { ...options(), captureStackTrace: false }) : self
  )
