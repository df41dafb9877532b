import type { Node } from 'libpg-query'
import { parserInstance, replaceParser } from './parser-instance.ts'

/** What PostgreSQL's parser makes of one statement's text. `position` counts its code points from 1, as the server does. */
export type ParsedStatement =
  | { readonly kind: 'parsed'; readonly tree: Node }
  | { readonly kind: 'refused'; readonly message: string; readonly position: number }

/** A call has a fixed cost, while a failure costs one call for each statement of the group. */
const maxGroupLength = 64 * 1024
const maxGroupStatements = 100

/**
 * Parses statements with PostgreSQL's own parser (libpg-query), many per call. Each text is to hold one statement without
 * its semicolon, beginning and ending with a token; a text with another number of statements is refused.
 */
export async function parseStatements(texts: readonly string[]): Promise<ParsedStatement[]> {
  const parsed: ParsedStatement[] = []
  for (const group of groupTexts(texts)) {
    const trees = await parseGroup(group)
    if (trees !== null) parsed.push(...trees.map((tree) => ({ kind: 'parsed', tree }) as const))
    else for (const text of group) parsed.push(await parseOne(text))
  }
  return parsed
}

function* groupTexts(texts: readonly string[]): Generator<string[]> {
  let group: string[] = []
  let length = 0
  for (const text of texts) {
    if (group.length === maxGroupStatements || (group.length > 0 && length + text.length > maxGroupLength)) {
      yield group
      group = []
      length = 0
    }
    group.push(text)
    length += text.length
  }
  if (group.length > 0) yield group
}

/** The trees of the texts, or null where one is refused or two together mean something else than each alone. */
async function parseGroup(texts: readonly string[]): Promise<Node[] | null> {
  const outcome = await callParser(texts.join(separator))
  if (outcome.kind === 'refused' || outcome.statements.length !== texts.length) return null
  const trees: Node[] = []
  let startByte = 0
  for (const [index, text] of texts.entries()) {
    const endByte = startByte + Buffer.byteLength(text)
    const { stmt, stmt_location: location = 0, stmt_len: length = 0 } = outcome.statements[index] ?? {}
    if (stmt === undefined || location < startByte || location + length > endByte) return null
    trees.push(stmt)
    startByte = endByte + separator.length
  }
  return trees
}

const separator = ';\n'

async function parseOne(text: string): Promise<ParsedStatement> {
  const outcome = await callParser(text)
  if (outcome.kind === 'refused') return outcome
  const [first, second] = outcome.statements
  if (first?.stmt === undefined) return { kind: 'refused', message: 'there is no statement here', position: 1 }
  if (second === undefined) return { kind: 'parsed', tree: first.stmt }
  const before = Buffer.from(text)
    .subarray(0, second.stmt_location ?? 0)
    .toString()
  return { kind: 'refused', message: 'a second statement begins here', position: [...before].length + 1 }
}

type ParserOutcome =
  | {
      readonly kind: 'statements'
      readonly statements: readonly { stmt?: Node; stmt_location?: number; stmt_len?: number }[]
    }
  | { readonly kind: 'refused'; readonly message: string; readonly position: number }

async function callParser(text: string): Promise<ParserOutcome> {
  const parser = await parserInstance()
  try {
    return { kind: 'statements', statements: parser.parseSync(text).stmts ?? [] }
  } catch (thrown) {
    if (parser.hasSqlDetails(thrown)) {
      // libpg-query counts from 0 what PostgreSQL counts from 1.
      const position = (thrown.sqlDetails?.cursorPosition ?? 0) + 1
      return { kind: 'refused', message: shortMessage(thrown.message), position }
    }
    // Not the parser's verdict but the end of a stack or of memory inside WebAssembly, which leaves the instance damaged.
    replaceParser()
    return { kind: 'refused', message: 'the statement is too large or too deeply nested to be parsed', position: 1 }
  }
}

/** `at or near "…"` quotes all that follows when a quote isn't closed: its first line is enough. */
function shortMessage(message: string): string {
  const [firstLine = ''] = message.split(/[\n\r]/, 1)
  const shown = [...firstLine.slice(0, 400)]
  if (shown.length > 120) return `${shown.slice(0, 117).join('')}…"`
  return firstLine === message ? message : `${firstLine}…"`
}
