/** The longest name, as in PostgreSQL. */
export const maxIdentifierLength = 63

/** What a name of a query, a parameter or a database is, as a regular expression that other languages have too. */
export const identifierPattern = '^[A-Za-z_][A-Za-z0-9_]{0,62}$'

const identifier = new RegExp(identifierPattern)

/** Whether a text can be the name of a query or a parameter. */
export function isIdentifier(text: string): boolean {
  return identifier.test(text)
}

/** A text made an identifier: accents dropped, other characters replaced by `_`, cut, with `suffix` at the end. */
export function toIdentifier(text: string, suffix = ''): string {
  const ascii = text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
  const started = /^[A-Za-z_]/.test(ascii) ? ascii : `_${ascii}`
  return started.slice(0, maxIdentifierLength - suffix.length) + suffix
}
