import { notEmpty, object, options } from "../Args.ts"
import { directive, each, named } from "../Line.ts"
import { bind, bindParams } from "../resource/bind.ts"
import { logTarget } from "../resource/logTarget.ts"
import { peer } from "../resource/peer.ts"
import { defaultServer, server } from "../resource/server.ts"
import { table } from "../resource/table.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { positive, present } from "../ValueLine.ts"

/**
 * The grammar of `peers`.
 *
 * @category sections
 * @since 0.1.0
 */
export const peers = sectionGrammar("peers", [
  present("enabled", "enabled"),
  present("disabled", "disabled"),
  named("peer", "peer_entries", "name", peer),
  directive("default-bind", object("default_bind", notEmpty(options(bindParams)))),
  directive("default-server", object("default_server", notEmpty(defaultServer))),
  each("log", "log_target_list", logTarget, { negatable: true }),
  named("bind", "binds", "name", bind),
  named("server", "servers", "name", server),
  named("table", "tables", "name", table),
  positive("shards", "shards")
])
