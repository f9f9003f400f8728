import type { ApiVersion } from "../../../api/ApiVersion.ts"
import { HeldConfig } from "../HeldConfig.ts"
import { type Runtime, RuntimeError } from "./Runtime.ts"
import { Certificates } from "./simulated/Certificates.ts"
import { Addresses, type Commands } from "./simulated/Commands.ts"
import { Patterns } from "./simulated/Patterns.ts"
import { Servers } from "./simulated/Servers.ts"
import { Statistics } from "./simulated/Statistics.ts"
import { StickTables } from "./simulated/StickTables.ts"

/**
 * What HAProxy's runtime socket would answer for a configuration, computed from its text: servers, maps, ACL files, certificates and
 * stick tables, and the changes made to them until the next reload.
 *
 * @since 0.1.0
 */
export class SimulatedHaproxy implements Runtime {
  readonly path: string
  readonly #certificates: Certificates
  readonly #commands: Commands

  constructor(text: string, file: string, api: ApiVersion) {
    const config = HeldConfig.read(text, api)
    const sockets = config.section("global")?.base()["runtime_apis"] as
      | ReadonlyArray<{ readonly address?: string }>
      | undefined
    this.path = sockets?.[0]?.address ?? ""
    const addresses = new Addresses()
    this.#certificates = new Certificates(text)
    const servers = new Servers(config)
    this.#commands = {
      ...servers.commands,
      ...new Patterns(text, file, addresses).commands,
      ...new StickTables(config, addresses).commands,
      ...new Statistics(config, servers).commands,
      ...this.#certificates.commands
    }
  }

  async execute(command: string): Promise<string> {
    const [line = "", ...payload] = command.split("\n")
    const [verb = "", object = "", ...words] = line.split(/\s+/).filter((word) => word !== "")
    const answer = this.#commands[`${verb} ${object}`]
    if (answer === undefined) throw new RuntimeError(3, `Unknown command: '${line}'.`)
    return Promise.resolve(answer(words, payload.join("\n").trimEnd()))
  }

  /** The certificate in use under a name. */
  certificate(file: string): string | undefined {
    return this.#certificates.get(file)
  }
}
