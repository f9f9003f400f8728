import { after, duration, flag, integer, oneOf, options, sequence, word } from "../Args.ts"
import { serverAddress } from "./address.ts"

/**
 * The options of `server`, `default-server` and `server-template`, in the order in which they are written.
 *
 * @category resources
 * @since 0.1.0
 */
export const serverParams = {
  "agent-check": flag("agent-check", "agent-check", "enabled", { runtime: true }),
  "no-agent-check": flag("no-agent-check", "agent-check", "disabled", { runtime: true }),
  backup: flag("backup", "backup", "enabled"),
  "no-backup": flag("no-backup", "backup", "disabled"),
  check: flag("check", "check", "enabled"),
  "no-check": flag("no-check", "check", "disabled"),
  disabled: flag("disabled", "maintenance", "enabled", { runtime: true }),
  enabled: flag("enabled", "maintenance", "disabled", { runtime: true }),
  ssl: flag("ssl", "ssl", "enabled"),
  "no-ssl": flag("no-ssl", "ssl", "disabled"),
  "ca-file": after("ca-file", word("ssl_cafile")),
  cookie: after("cookie", word("cookie")),
  fall: after("fall", integer("fall", { min: 1 })),
  inter: after("inter", duration("inter")),
  maxconn: after("maxconn", integer("maxconn", { min: 0 })),
  rise: after("rise", integer("rise", { min: 1 })),
  verify: after("verify", oneOf("verify", ["none", "required"])),
  weight: after("weight", integer("weight", { min: 0, max: 256, runtime: true }))
} as const

/**
 * `server NAME ADDRESS[:PORT] [OPTION…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const server = sequence(word("name"), serverAddress, options(serverParams))
