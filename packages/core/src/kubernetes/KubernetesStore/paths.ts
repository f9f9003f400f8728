import type { Any, Key } from "../../resource/Resource.ts"

/** Where the objects of a kind are found: all of them, or those of a namespace. */
export const collectionOf = (kind: Any, namespace: string | undefined): string => {
  const within = namespace === undefined ? "" : `namespaces/${encodeURIComponent(namespace)}/`
  return `/apis/${kind.group}/${kind.version}/${within}${kind.plural}`
}

/** Where an object is found, or a part of it that is written on its own. */
export const objectOf = (kind: Any, key: Key, part?: "status"): string =>
  `${collectionOf(kind, key.namespace)}/${encodeURIComponent(key.name)}${part === undefined ? "" : `/${part}`}`
