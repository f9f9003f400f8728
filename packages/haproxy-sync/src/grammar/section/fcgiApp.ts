import { integer } from "../Args.ts"
import { directive, each, toggle } from "../Line.ts"
import { acl } from "../resource/acl.ts"
import { logStderr, passHeader, setParam } from "../resource/fcgi.ts"
import { sectionGrammar } from "../SectionGrammar.ts"
import { entries, text } from "../ValueLine.ts"

/**
 * The grammar of `fcgi-app`.
 *
 * @category sections
 * @since 0.1.0
 */
export const fcgiApp = sectionGrammar(
  "fcgi-app",
  [
    each("acl", "acl_list", acl),
    text("docroot", "docroot"),
    text("index", "index"),
    entries("log-stderr", "log_stderrs", logStderr),
    entries("pass-header", "pass_headers", passHeader),
    text("path-info", "path_info"),
    toggle("option get-values", "get_values"),
    toggle("option keep-conn", "keep_conn"),
    directive("option max-reqs", integer("max_reqs", { omitZero: true })),
    toggle("option mpxs-conns", "mpxs_conns"),
    entries("set-param", "set_params", setParam)
  ],
  { docroot: "" }
)
