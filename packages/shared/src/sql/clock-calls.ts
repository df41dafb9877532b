import type { Node } from 'libpg-query'

const clockFunctions = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'clock_timestamp', 'timeofday'])
/** What PostgreSQL's grammar calls the ones that are written without parentheses. */
const clockWords: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
}
const clockTexts = new Set(['now', 'today', 'tomorrow', 'yesterday'])
const clockTypes = new Set(['date', 'time', 'timetz', 'timestamp', 'timestamptz'])

interface Fields {
  readonly [key: string]: unknown
}

/** How a statement asks what time it is, by its parse tree: `now()`, `current_date`, `'today'::date` …, each once. */
export function clockCalls(tree: Node): string[] {
  const found = new Set<string>()
  const open: unknown[] = [tree]
  // Not recursive: a tree may be deeper than the stack.
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const { SQLValueFunction: word, FuncCall: call, TypeCast: cast } = value as Record<string, Fields | undefined>
    const named = word === undefined ? undefined : clockWords[String(word.op)]
    if (named !== undefined) found.add(named)
    if (call !== undefined) addCall(call, found)
    if (cast !== undefined) addCast(cast, found)
    open.push(...Object.values(value))
  }
  return [...found].sort()
}

function addCall(call: Fields, found: Set<string>): void {
  const name = textsOf(call.funcname).at(-1) ?? ''
  if (clockFunctions.has(name)) found.add(`${name}()`)
  // With one argument, it is the age today.
  if (name === 'age' && Array.isArray(call.args) && call.args.length === 1) found.add('age()')
}

function addCast(cast: Fields, found: Set<string>): void {
  const type = textsOf((cast.typeName as Fields | undefined)?.names).at(-1) ?? ''
  const constant = (cast.arg as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const
  const text = constant?.sval?.sval?.trim().toLowerCase() ?? ''
  if (clockTypes.has(type) && clockTexts.has(text)) found.add(`'${text}'`)
}

function textsOf(names: unknown): string[] {
  return Array.isArray(names) ? names.map((name: { String?: { sval?: string } }) => name.String?.sval ?? '') : []
}
