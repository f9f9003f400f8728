import { optional, sequence, upTo, within, word } from "../Args.ts"

/**
 * `lua.ACTION [PARAMETER…]`.
 *
 * @category resources
 * @since 0.1.0
 */
export const luaAction = sequence(
  within(
    (text) => /^lua\.(.+)$/.exec(text)?.slice(1),
    ([name]) => `lua.${name}`,
    word("lua_action"),
    "lua. and the name of an action"
  ),
  optional(upTo("lua_params"))
)
