import { type SqlToken, scanSql } from './scan-sql.ts'

/** A stretch of the text, as UTF-16 offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A `:name` in a statement. */
export interface ColonName extends Span {
  readonly name: string
  /** Whether a value ends right before the colon, as in `a[1:n]`: there PostgreSQL's own colon is meant. */
  readonly isBehindValue: boolean
}

/** One statement in the text: from its first token to its last, without the semicolon. */
export interface StatementSpan extends Span {
  readonly colonNames: readonly ColonName[]
  /** Every `-- …` in it. */
  readonly comments: readonly Span[]
  /** Every `$1`. */
  readonly numbered: readonly Span[]
  /** A quoted text in it that runs over the beginning of a section: likely one whose end was forgotten. */
  readonly suspectQuote: Span | null
}

/** What a text consists of. */
export interface SplitText {
  readonly statements: readonly StatementSpan[]
  /** The `--` comments that stand in a line of their own. */
  readonly lineComments: readonly Span[]
  /** psql's backslash commands, up to the end of the line. */
  readonly psqlCommands: readonly Span[]
  /** A block comment that nothing closes. */
  readonly openComment: Span | null
}

/** What may stand before `:name` when its colon is PostgreSQL's own. */
const valueEnd = /[A-Za-z0-9_$\u0080-\uffff)\]'"]/

const routineStart = /^create (?:or replace )?(?:function|procedure)$/

/** psql commands that also send the statement before them. */
const sendingCommand = /^\\(?:g|;|crosstabview|watch|bind|parse|sendpipeline)/

/**
 * Divides a text into statements as psql does: at semicolons outside of quotes, parentheses and the body of
 * `CREATE FUNCTION … BEGIN ATOMIC`, and besides at every comment of its own line for which `startsSection` says so.
 */
export function splitStatements(text: string, startsSection: (comment: string) => boolean): SplitText {
  const statements: StatementSpan[] = []
  const lineComments: Span[] = []
  const psqlCommands: Span[] = []
  let openComment: Span | null = null
  let statement = new OpenStatement(text, startsSection)
  const close = (): void => {
    const span = statement.span()
    if (span !== null) statements.push(span)
    statement = new OpenStatement(text, startsSection)
  }
  for (const token of scanSql(text)) {
    if (token.kind === 'comment') {
      statement.addComment(token)
      if (!standsAlone(text, token)) continue
      lineComments.push({ start: token.start, end: token.end })
      if (startsSection(text.slice(token.start, token.end))) close()
    } else if (token.kind === 'psql-command') {
      psqlCommands.push({ start: token.start, end: token.end })
      if (sendingCommand.test(text.slice(token.start, token.start + 20))) close()
    } else if (token.kind === 'block-comment') {
      if (token.isOpen) openComment = { start: token.start, end: token.end }
      statement.addComment(token)
    } else if (text[token.start] === ';' && !statement.isInside) {
      close()
    } else {
      statement.add(token)
    }
  }
  close()
  return { statements, lineComments, psqlCommands, openComment }
}

function standsAlone(text: string, comment: Span): boolean {
  for (let at = comment.start - 1; at >= 0; at--) {
    const character = text[at]
    if (character === '\n' || character === '\r') return true
    if (character !== ' ' && character !== '\t') return false
  }
  return true
}

/** A statement that is being read, with what psql keeps to know where it ends. */
class OpenStatement {
  readonly #text: string
  readonly #startsSection: (comment: string) => boolean
  readonly #colonNames: ColonName[] = []
  readonly #comments: Span[] = []
  readonly #numbered: Span[] = []
  readonly #firstWords: string[] = []
  #start: number | null = null
  #hint: number | null = null
  #end = 0
  #suspectQuote: Span | null = null
  #parentheses = 0
  #blocks = 0
  #createsRoutine = false

  constructor(text: string, startsSection: (comment: string) => boolean) {
    this.#text = text
    this.#startsSection = startsSection
  }

  /** Whether a semicolon here would not end the statement. */
  get isInside(): boolean {
    return this.#parentheses > 0 || this.#blocks > 0
  }

  add(token: SqlToken): void {
    this.#start ??= this.#hint ?? token.start
    this.#end = token.end
    const { start, end } = token
    if (token.kind === 'word') this.#addWord(this.#text.slice(start, end).toLowerCase())
    if (token.kind === 'numbered') this.#numbered.push({ start, end })
    if (token.kind === 'string' || token.kind === 'quoted-name') this.#addQuote(token)
    if (token.kind === 'colon-name') {
      const isBehindValue = start > 0 && valueEnd.test(this.#text[start - 1] ?? '')
      this.#colonNames.push({ start, end, name: this.#text.slice(start + 1, end), isBehindValue })
    }
    if (token.kind === 'symbol' && this.#text[start] === '(') this.#parentheses++
    if (token.kind === 'symbol' && this.#text[start] === ')') this.#parentheses = Math.max(0, this.#parentheses - 1)
  }

  /** A hint for pg_hint_plan right before the statement belongs to it. */
  addComment(token: SqlToken): void {
    if (this.#start !== null && token.kind === 'comment') this.#comments.push({ start: token.start, end: token.end })
    if (this.#start === null && this.#text.startsWith('/*+', token.start)) this.#hint ??= token.start
  }

  span(): StatementSpan | null {
    if (this.#start === null) return null
    return {
      start: this.#start,
      end: this.#end,
      colonNames: this.#colonNames,
      // Those behind its last token are not of it.
      comments: this.#comments.filter(({ start }) => start < this.#end),
      numbered: this.#numbered,
      suspectQuote: this.#suspectQuote,
    }
  }

  #addQuote({ start, end }: SqlToken): void {
    const lines = this.#text.slice(start, end).split(/[\n\r]/)
    if (lines.length > 1 && lines.some((line) => this.#startsSection(line.trim())))
      this.#suspectQuote ??= { start, end }
  }

  /** Follows `begin … case … end … end` in a routine's body, as psqlscan.l does. */
  #addWord(word: string): void {
    if (this.#firstWords.length < 4) {
      this.#firstWords.push(word)
      this.#createsRoutine ||= routineStart.test(this.#firstWords.join(' '))
    }
    if (this.#parentheses > 0 || !this.#createsRoutine) return
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) this.#blocks++
    if (word === 'end' && this.#blocks > 0) this.#blocks--
  }
}
