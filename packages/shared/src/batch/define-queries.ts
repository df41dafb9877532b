import { setImmediate } from 'node:timers/promises'
import type { Fault } from '../errors/index.ts'
import { splitStatements } from '../sql/index.ts'
import type { Argument, BoundQuery, ParameterSlot, SnapshotMode } from './batch.ts'
import { checkSql } from './check-sql.ts'
import type { ToldTypes } from './check-types.ts'
import { defineOptions } from './define-options.ts'
import { type DefinedParameters, defineParameters } from './define-parameters.ts'
import type { DraftQuery } from './draft-query.ts'
import { byPlace, FaultList } from './fault-list.ts'
import { findSlots } from './find-slots.ts'
import { isIdentifier } from './identifier.ts'
import type { QueryDefinition } from './query-definition.ts'
import { type NeedingQuery, refuseNeeds } from './refuse-needs.ts'
import { refuseNoSql } from './refuse-no-sql.ts'
import { shownText } from './shown-text.ts'
import { type SourceText, sourceText } from './source-text.ts'

type Given = Readonly<Record<string, unknown>>

interface Draft extends DraftQuery {
  readonly position: number
  readonly arguments: readonly Argument[]
}

/**
 * Checks queries that a program gives, as strictly as those of a batch file, and makes them ready to run. Comments such as
 * `-- timeout: 5s` are only comments here.
 *
 * @param firstPosition the place in the run of the first of them, from 0
 * @param snapshot that of the run
 * @param cacheMs that of reads which do not say it
 * @param comesWith whether these are all queries of the run, or others came before and come behind; then each can only need
 * some that came before it, which for those of earlier calls is left to the journal
 * @throws InvalidDefinition with everything that is wrong with them, in their order; a place names the query as
 * `query 3 (sales)`, counted from 1, and the line in its SQL
 */
export async function defineQueries(
  given: readonly (string | QueryDefinition)[],
  firstPosition = 0,
  snapshot: SnapshotMode = 'own',
  cacheMs: number | null = null,
  comesWith: 'all others' | 'some' = 'all others',
): Promise<BoundQuery[]> {
  const defined: BoundQuery[] = []
  for await (const query of defineInTurn(given, firstPosition, snapshot, cacheMs, comesWith)) defined.push(query)
  return defined
}

/** How many are checked before others get their turn in this process. */
const checkedAtOnce = 100

/**
 * As defineQueries, but each query is given as soon as nothing is wrong with it and those before it, so that these can be
 * written while others are checked. Whoever does has to undo it when something is wrong with a later one.
 */
export async function* defineInTurn(
  given: readonly (string | QueryDefinition)[],
  firstPosition = 0,
  snapshot: SnapshotMode = 'own',
  cacheMs: number | null = null,
  comesWith: 'all others' | 'some' = 'all others',
): AsyncGenerator<BoundQuery, void, undefined> {
  const order = new Map<string, number>()
  const faults = new FaultList((a, b) => fileOrder(order, a) - fileOrder(order, b) || byPlace(a, b))
  const names = new Map<string, number>()
  const toldTypes: ToldTypes = new Set()
  const needing: NeedingQuery[] = []
  for (let from = 0; from < given.length; from += checkedAtOnce) {
    if (from > 0) await setImmediate()
    const drafts = given.slice(from, from + checkedAtOnce).flatMap((each, index) => {
      const position = firstPosition + from + index
      const definition: unknown = typeof each === 'string' ? { sql: each } : each
      const file = titleOf(definition, position)
      order.set(file, position)
      if (typeof definition !== 'object' || definition === null) {
        faults.add('QP_OPTION_VALUE', { file }, 'A query is to be a text of SQL, or an object with one as `sql`.')
        return []
      }
      const record = definition as Given
      refuseName(record.name, position, file, names, faults)
      return draftOf(record, position, file, faults)
    })
    for (const { name, options } of drafts) needing.push({ name, needs: options.needs })
    if (snapshot === 'shared') refuseInSnapshot(drafts, faults)
    await checkSql(drafts, faults, toldTypes)
    if (!faults.hasAny) for (const draft of drafts) yield asQuery(draft, cacheMs)
  }
  if (comesWith === 'all others') refuseNeeds(given.map(nameOf), needing, faults)
  else refuseLaterNeeds(needing, faults)
  faults.throwIfAny()
}

function nameOf(each: string | QueryDefinition, index: number): string {
  return (typeof each === 'object' && each?.name) || defaultName(index)
}

function refuseLaterNeeds(queries: readonly NeedingQuery[], faults: FaultList): void {
  const places = new Map(queries.map(({ name }, index) => [name, index]))
  for (const [index, { needs }] of queries.entries())
    for (const { name, place } of needs)
      if ((places.get(name) ?? -1) >= index)
        faults.add('QP_NEED_UNKNOWN', place, `No query that came before it has the name ${shownText(name)}.`)
}

function refuseInSnapshot(drafts: readonly Draft[], faults: FaultList): void {
  for (const { options, source } of drafts) {
    if (options.effect === 'write')
      faults.add('QP_SNAPSHOT_WRITES', { file: source.file }, 'It writes, so the run cannot have a shared snapshot.')
    if (options.cacheMs !== null) {
      const message = 'It may take the result of a run before, so the run cannot have a shared snapshot.'
      faults.add('QP_SNAPSHOT_CACHE', { file: source.file }, message)
    }
  }
}

function fileOrder(order: ReadonlyMap<string, number>, fault: Fault): number {
  return order.get(fault.place?.file ?? '') ?? 0
}

function titleOf(definition: unknown, position: number): string {
  const name = typeof definition === 'object' && definition !== null ? (definition as Given).name : undefined
  return `query ${position + 1}${typeof name === 'string' && isIdentifier(name) ? ` (${name})` : ''}`
}

function refuseName(
  given: unknown,
  position: number,
  file: string,
  names: Map<string, number>,
  faults: FaultList,
): void {
  const name = given ?? defaultName(position)
  if (typeof name !== 'string' || !isIdentifier(name)) {
    faults.add('QP_NAME_INVALID', { file }, `${shownText(String(name))} cannot be the name of a query.`)
    return
  }
  const other = names.get(name.toLowerCase())
  if (other !== undefined) {
    const message = `The name ${shownText(name)} is also that of query ${other + 1}, at least without regard to case.`
    faults.add('QP_NAME_TWICE', { file }, message)
  } else names.set(name.toLowerCase(), position)
}

function defaultName(position: number): string {
  return `query_${position + 1}`
}

function draftOf(given: Given, position: number, file: string, faults: FaultList): Draft[] {
  const options = defineOptions(given, { file }, faults)
  const { sql } = given
  if (typeof sql !== 'string') {
    faults.add('QP_NO_STATEMENT', { file }, 'There is no SQL: `sql` is to be a text.', 'Give one SQL statement.')
    return []
  }
  const source = sourceText(file, sql)
  refuseCharacters(sql, file, faults)
  const split = splitStatements(sql, () => false)
  refuseNoSql(source, split, faults)
  const [statement, second] = split.statements
  if (statement === undefined) {
    faults.add('QP_NO_STATEMENT', { file }, 'There is no SQL statement in it.', 'Give one SQL statement.')
    return []
  }
  if (second !== undefined) {
    const message = `There are ${split.statements.length} statements; the second begins here.`
    faults.add('QP_SEVERAL_STATEMENTS', source.placeAt(second.start), message, 'Give each as a query of its own.')
  }
  const { declared, values } = defineParameters(given.params ?? {}, file, faults)
  const slots = findSlots(statement, declared)
  placeParameters(declared, slots, statement.start, source, faults)
  const howToDeclare = (name: string): string => `give it a value with \`params: { ${name}: … }\``
  const name = typeof given.name === 'string' ? given.name : defaultName(position)
  const text = sql.slice(statement.start, statement.end)
  return [{ name, source, statement, sql: text, options, declared, slots, howToDeclare, position, arguments: values }]
}

/** A parameter stands where it is first used; one that is nowhere used is a fault. */
function placeParameters(
  declared: DefinedParameters['declared'],
  slots: readonly ParameterSlot[],
  statementStart: number,
  source: SourceText,
  faults: FaultList,
): void {
  for (const [name, parameter] of declared) {
    const first = slots.find((slot) => slot.name === name)
    parameter.place = source.placeAt(statementStart + (first?.start ?? 0))
    if (first !== undefined) continue
    const message = `The parameter ${shownText(name)} is given, but \`:${name}\` is not used.`
    faults.add('QP_PARAM_UNUSED', { file: source.file }, message, 'Leave it out, or use it.')
  }
}

function refuseCharacters(sql: string, file: string, faults: FaultList): void {
  if (sql.includes('\0')) faults.add('QP_NUL_BYTE', { file }, 'There is a NUL character in the SQL.')
  if (/\p{Surrogate}/u.test(sql))
    faults.add('QP_NOT_UTF8', { file }, 'There is half of a surrogate pair in the SQL, which is no character.')
}

function asQuery(draft: Draft, cacheMs: number | null): BoundQuery {
  const { line, column } = draft.source.placeAt(draft.statement.start)
  const { effect, timeoutMs, retries, maxRows, maxBytes, expectMs, tags } = draft.options
  const needs = [...new Set(draft.options.needs.map(({ name }) => name))]
  const mayTake = effect !== 'write' && needs.length === 0
  return {
    name: draft.name,
    position: draft.position,
    sql: draft.sql,
    line,
    column,
    parameters: [...draft.declared.values()].map(({ declaration }) => declaration),
    slots: draft.slots,
    arguments: draft.arguments,
    effect: effect ?? 'read',
    cacheMs: mayTake ? (draft.options.cacheMs ?? cacheMs) : null,
    timeoutMs,
    retries,
    maxRows,
    maxBytes,
    expectMs,
    tags,
    needs,
  }
}
