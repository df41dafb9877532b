/**
 * What a token is. `comment` is `-- …` up to its line's end, `colon-name` a `:name` (a parameter, or PostgreSQL's own colon and
 * a name), `numbered` a `$1`, `psql-command` a backslash outside of quotes up to its line's end; `symbol` is all the rest.
 */
export type SqlTokenKind =
  | 'comment'
  | 'block-comment'
  | 'string'
  | 'quoted-name'
  | 'word'
  | 'number'
  | 'colon-name'
  | 'numbered'
  | 'psql-command'
  | 'symbol'

/** One token of SQL text, as UTF-16 offsets into it. */
export interface SqlToken {
  readonly kind: SqlTokenKind
  readonly start: number
  readonly end: number
  /** Whether the text ended inside of it: a quote or comment that nothing closes. */
  readonly isOpen: boolean
}

// Any character from U+0080 on is a letter to PostgreSQL's scanner.
const spaces = /[ \t\n\r\f\v]+/y
const lineComment = /--[^\n\r]*/y
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y
const number = /(?:[0-9]|\.[0-9])[A-Za-z0-9_.\u0080-\uffff]*/y
const colonName = /:(?![eE]')[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y
const numbered = /\$[0-9]+/y
const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
const psqlCommand = /\\[^\n\r]*/y
const symbol = /::|:=|[\s\S]/y

/**
 * The tokens of SQL text in order, without the spaces between them, as PostgreSQL's scanner (scan.l) and psql's (psqlscan.l)
 * divide it with standard_conforming_strings on. Never fails: what nothing closes is a last token with `isOpen`.
 */
export function* scanSql(text: string): Generator<SqlToken> {
  let at = 0
  let continuation: number | null = null
  while (at < text.length) {
    const spacesEnd = matchEnd(spaces, text, at)
    if (spacesEnd !== null) {
      at = spacesEnd
      continue
    }
    const isEscapeString: boolean = at === continuation || /^[eE]'/.test(text.slice(at, at + 2))
    const token = isEscapeString ? escapeString(text, at) : tokenAt(text, at)
    yield token
    at = token.end
    if (isEscapeString) continuation = continuationOf(text, at)
  }
}

function tokenAt(text: string, start: number): SqlToken {
  switch (text[start]) {
    case "'":
      return quoted('string', text, start, endOfQuotes(text, start + 1, "'"))
    case '"':
      return quoted('quoted-name', text, start, endOfQuotes(text, start + 1, '"'))
    case '/':
      if (text[start + 1] === '*') return quoted('block-comment', text, start, endOfBlockComment(text, start))
      break
    case '$': {
      const tagEnd = matchEnd(dollarQuote, text, start)
      if (tagEnd !== null) return quoted('string', text, start, endOfDollarString(text, start, tagEnd))
    }
  }
  return (
    matched('comment', lineComment, text, start) ??
    matched('word', word, text, start) ??
    matched('number', number, text, start) ??
    matched('colon-name', colonName, text, start) ??
    matched('numbered', numbered, text, start) ??
    matched('psql-command', psqlCommand, text, start) ?? {
      kind: 'symbol',
      start,
      end: matchEnd(symbol, text, start) ?? start + 1,
      isOpen: false,
    }
  )
}

function matched(kind: SqlTokenKind, pattern: RegExp, text: string, start: number): SqlToken | null {
  const end = matchEnd(pattern, text, start)
  return end === null ? null : { kind, start, end, isOpen: false }
}

function quoted(kind: SqlTokenKind, text: string, start: number, end: number | null): SqlToken {
  return { kind, start, end: end ?? text.length, isOpen: end === null }
}

function matchEnd(pattern: RegExp, text: string, start: number): number | null {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : null
}

/** Behind the quote that closes; a doubled one stands for itself. */
function endOfQuotes(text: string, from: number, quote: string): number | null {
  let at = from
  for (;;) {
    const close = text.indexOf(quote, at)
    if (close === -1) return null
    if (text[close + 1] !== quote) return close + 1
    at = close + 2
  }
}

/** `E'…'`, in which a backslash guards the next character, or a later part of it. */
function escapeString(text: string, start: number): SqlToken {
  let at = text.indexOf("'", start) + 1
  while (at < text.length) {
    if (text[at] === '\\') at += 2
    else if (text[at] !== "'") at++
    else if (text[at + 1] === "'") at += 2
    else return quoted('string', text, start, at + 1)
  }
  return quoted('string', text, start, null)
}

/**
 * The quote that takes an `E'…'` up again in a later line, with only spaces and comments in between: backslashes guard there
 * too. The server takes it so; psql, which reads line by line, does not and fails where that makes a difference.
 */
function continuationOf(text: string, from: number): number | null {
  let at = from
  let hasLineBreak = false
  for (;;) {
    const next = matchEnd(spaces, text, at)
    if (next !== null) {
      hasLineBreak ||= /[\n\r]/.test(text.slice(at, next))
      at = next
      continue
    }
    const commentEnd = matchEnd(lineComment, text, at)
    if (commentEnd === null) return hasLineBreak && text[at] === "'" ? at : null
    at = commentEnd
  }
}

function endOfDollarString(text: string, start: number, tagEnd: number): number | null {
  const tag = text.slice(start, tagEnd)
  const close = text.indexOf(tag, tagEnd)
  return close === -1 ? null : close + tag.length
}

const commentMark = /\/\*|\*\//g

/** Behind the end of a block comment; these nest. */
function endOfBlockComment(text: string, start: number): number | null {
  let depth = 0
  commentMark.lastIndex = start
  for (let mark = commentMark.exec(text); mark !== null; mark = commentMark.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return commentMark.lastIndex
  }
  return null
}
