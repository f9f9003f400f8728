/** The first of many, and how many more there are. */
export const listed = (all: ReadonlyArray<string>, most = 5): string =>
  all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")} and ${all.length - most} more`
