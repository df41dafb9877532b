/** Enough for three quoted names of 63 characters. */
const maxLength = 400

const unquoted = '[A-Za-z_\\u0080-\\uffff][A-Za-z0-9_$\\u0080-\\uffff]{0,62}'
const quoted = '"(?:[^"\\0]|""){1,126}"'
const name = `(?:${unquoted}|${quoted})`
const count = '\\( ?\\d{1,10} ?\\)'
const field = '(?:year|month|day|hour|minute|second)'

/** Types that PostgreSQL spells in several words. */
const spelled = [
  'double precision',
  `(?:national )?(?:character|char)(?: varying)?(?: ?${count})?`,
  `nchar(?: varying)?(?: ?${count})?`,
  `bit(?: varying)?(?: ?${count})?`,
  `(?:time|timestamp)(?: ?${count})?(?: with(?:out)? time zone)?`,
  `interval(?: ${field}(?: to ${field})?)?(?: ?${count})?`,
].join('|')

const modifier = `(?:-?\\d{1,10}|${unquoted})`
const plain = `${name}(?: ?\\. ?${name}){0,2}(?: ?\\( ?${modifier}(?: ?, ?${modifier})* ?\\))?`
const arrayOf = '(?: ?\\[ ?\\d{0,9} ?\\]){0,6}'
const typePattern = new RegExp(`^(?:(?:${spelled})|(?:${plain}))${arrayOf}$`, 'i')

/**
 * A declared type as it goes into `CAST(… AS type)`, with its spaces made single, or null if it isn't one. The grammar is
 * closed, since the type is put into SQL as it is: names, a schema, `(n,m)`, `[]`, and the types of several words.
 */
export function parseParameterType(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed.length > maxLength) return null
  const type = trimmed.replaceAll(/[ \t]+/g, (spaces, offset: number) => (isQuoted(trimmed, offset) ? spaces : ' '))
  return typePattern.test(type) ? type : null
}

/** Whether an offset is inside of double quotes. */
function isQuoted(text: string, offset: number): boolean {
  return (text.slice(0, offset).split('"').length - 1) % 2 === 1
}

/** The name by which built-in types are known when a value is checked: `int` for `pg_catalog.INT`, null for what isn't plain. */
export function baseTypeName(type: string): string | null {
  if (/["[\]]/.test(type)) return null
  return type
    .toLowerCase()
    .replace(/^pg_catalog ?\. ?/, '')
    .replace(/ ?\([^)]*\)/, '')
}
