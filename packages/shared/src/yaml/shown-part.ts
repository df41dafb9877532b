/**
 * A part of the configuration file inside of a message: in backticks if it is a plain word, else `fallback`. People put
 * passwords and URLs where they don't belong, and messages end up in logs: what could be one is not repeated.
 */
export function shownPart(text: string, fallback: string): string {
  return /^[\p{L}\p{N}_.+ -]{1,63}$/u.test(text) ? `\`${text}\`` : fallback
}

/** Keys as a path, `databases.warehouse.url`, in backticks; empty at the top of the file. */
export function shownPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return ''
  const parts = path.map((key) => shownPart(String(key), '…').replaceAll('`', ''))
  return `\`${parts.join('.')}\``
}
