/**
 * What a small configuration may have otherwise than the others.
 */
export interface SmallConfig {
  /** The weight of the server. */
  readonly weight?: number
  /** The lines of the backend, instead of the one of the server. */
  readonly app?: ReadonlyArray<string>
  /** The runtime socket. */
  readonly socket?: string
  /** More lines of the global section. */
  readonly global?: ReadonlyArray<string>
  /** The address that the frontend listens at. */
  readonly bind?: string
  /** Rules and other lines of the frontend. */
  readonly public?: ReadonlyArray<string>
  /** The address of the server. */
  readonly server?: string
  /** What comes at the end: more lines of the backend, or whole sections. */
  readonly rest?: string
}

/** A configuration with one frontend `public` and one backend `app` with a server `s1`, for tests of what changes it. */
export const smallConfig = ({
  app,
  bind = "127.0.0.1:18080",
  global = [],
  public: lines = [],
  rest = "",
  server = "127.0.0.1:80",
  socket = "/tmp/lockstep-test.sock",
  weight = 10
}: SmallConfig = {}): string =>
  [
    "global",
    `  stats socket ${socket} mode 600 level admin expose-fd listeners`,
    ...global.map((line) => `  ${line}`),
    "defaults main",
    "  mode http",
    "  timeout connect 2s",
    "  timeout client 5s",
    "  timeout server 5s",
    "frontend public from main",
    `  bind ${bind} name public`,
    ...lines.map((line) => `  ${line}`),
    "  default_backend app",
    "backend app from main",
    ...(app ?? [`server s1 ${server} weight ${weight}`]).map((line) => `  ${line}`),
    rest,
    ""
  ].join("\n")

/** A backend of a name, with one server. */
export const anotherBackend = (name: string): string => `backend ${name} from main\n  server s1 127.0.0.1:81`
