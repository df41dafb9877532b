import type { z } from 'zod'
import { type StatementSpan, splitStatements } from '../../sql/index.ts'
import type { DraftQuery } from '../draft-query.ts'
import { findSlots } from '../find-slots.ts'
import { parseOptionLine } from '../option-line.ts'
import type { Options, PlacedDeclaration } from '../options.ts'
import { refuseNoSql } from '../refuse-no-sql.ts'
import { shownText } from '../shown-text.ts'
import type { PlacedText } from '../source-text.ts'
import { declareParameters } from './declare-parameters.ts'
import { draftMatrix } from './draft-matrix.ts'
import { isMap } from './key-reader.ts'
import type { Matrix } from './matrix.ts'
import type { queryShape } from './query-shape.ts'
import type { SqlFiles } from './read-sql-file.ts'
import { scalarSource } from './scalar-source.ts'
import type { YamlFile } from './yaml-file.ts'

type Written = { readonly [K in keyof z.output<typeof queryShape>]?: z.output<typeof queryShape>[K] }
type Path = readonly PropertyKey[]

/** A query of a batch file in YAML, before its SQL is parsed. */
export interface YamlDraft extends DraftQuery {
  /** Where its SQL stands in the YAML file, or the name of the file that has it. */
  readonly place: { readonly line: number; readonly column: number }
  /** What makes it into several queries; null: it is one. */
  readonly matrix: Matrix | null
  /** The parameters that keys of the matrix are, without those that are declared by `params`. */
  readonly matrixParameters: ReadonlyMap<string, PlacedDeclaration>
}

/**
 * Makes a query of what its name stands for. What is wrong goes on the list; null when there is no SQL to be looked at.
 * @param inherited the parameters of the batch
 */
export async function draftYamlQuery(
  file: YamlFile,
  name: string,
  written: Written,
  files: SqlFiles,
  inherited: ReadonlyMap<string, PlacedDeclaration>,
  data: unknown,
): Promise<YamlDraft | null> {
  const path = ['queries', name]
  const options = queryOptions(file, written, path, data)
  const source = await readSql(file, written, path, files)
  if (source === null) return null
  const statement = onlyStatement(file, source, path)
  if (statement === null) return null
  const byParams = new Map([...inherited, ...options.parameters])
  const { matrix, parameters } = draftMatrix(file, isMap(data) ? data.matrix : undefined, [...path, 'matrix'], byParams)
  const declared = new Map([...byParams, ...parameters])
  const place = written.sql === undefined ? file.valuePlace([...path, 'file']) : source.placeAt(statement.start)
  return {
    name,
    source,
    statement,
    sql: source.text.slice(statement.start, statement.end),
    options,
    declared,
    slots: findSlots(statement, declared),
    howToDeclare: (parameter) =>
      `add \`${parameter}: text\` under \`params\`, with the type that it has (date, int, numeric, …)`,
    place,
    matrix,
    matrixParameters: parameters,
  }
}

function queryOptions(file: YamlFile, written: Written, path: Path, data: unknown): Options {
  const effect = written.effect ?? null
  const cacheMs = written.cache ?? null
  if (cacheMs && effect === 'write')
    file.refuse(
      'QP_CACHE_WRITES',
      file.keyPlace([...path, 'cache']),
      'The query writes, so it cannot take the result of another one.',
    )
  const isList = isMap(data) && Array.isArray(data.needs)
  const needs = (written.needs ?? []).map((need, index) => ({
    name: need,
    place: file.valuePlace([...path, 'needs', ...(isList ? [index] : [])]),
  }))
  if (cacheMs && needs.length > 0)
    file.refuse(
      'QP_CACHE_NEEDS',
      file.keyPlace([...path, 'cache']),
      'The query needs others, so it cannot take the result of a run before.',
    )
  return {
    database: null,
    publish: null,
    onFailure: null,
    snapshot: null,
    identical: null,
    maxParallel: null,
    timeoutMs: written.timeout ?? null,
    retries: written.retries ?? null,
    maxRows: written.maxRows ?? null,
    maxBytes: written.maxBytes ?? null,
    expectMs: written.expect ?? null,
    effect,
    cacheMs,
    tags: written.tags ?? [],
    needs,
    parameters: declareParameters(file, isMap(data) ? data.params : undefined, [...path, 'params']),
  }
}

async function readSql(file: YamlFile, written: Written, path: Path, files: SqlFiles): Promise<PlacedText | null> {
  const scalar = file.scalarAt([...path, 'sql'])
  if (written.sql !== undefined && written.file !== undefined) {
    file.refuse('QP_BATCH_KEY', file.keyPlace([...path, 'file']), '`file` stands beside `sql`.', 'Remove one of them.')
  }
  if (written.sql !== undefined && scalar !== undefined) {
    const source = scalarSource(file.source, scalar)
    if (source === null)
      file.refuse(
        'QP_BATCH_VALUE',
        file.valuePlace([...path, 'sql']),
        'YAML joins the lines of this text into one, so that a comment would swallow what follows it.',
        'Write `sql: |`, and the SQL in the lines below, indented.',
      )
    return source
  }
  if (written.file !== undefined) return readFile(file, written.file, [...path, 'file'], files)
  if (!file.has([...path, 'sql']) && !file.has([...path, 'file'])) {
    const message = `The query ${shownText(String(path.at(-1)))} has neither \`sql\` nor \`file\`.`
    file.refuse(
      'QP_NO_STATEMENT',
      file.keyPlace(path),
      message,
      'Write `sql: |`, and the SQL in the lines below, indented.',
    )
  }
  return null
}

async function readFile(file: YamlFile, name: string, path: Path, files: SqlFiles): Promise<PlacedText | null> {
  const read = await files.read(name)
  if (read === null || 'text' in read) return read
  file.refuse(read.code, file.valuePlace(path), `${shownText(name)} cannot be used: ${read.message}`, read.remedy)
  return null
}

function onlyStatement(file: YamlFile, source: PlacedText, path: Path): StatementSpan | null {
  const split = splitStatements(source.text, () => false)
  refuseNoSql(source, split, file.faults)
  for (const { start, end } of split.lineComments) {
    const line = parseOptionLine(source.text.slice(start, end))
    if (line.kind !== 'option' || start > (split.statements[0]?.start ?? 0)) continue
    const message = `\`-- ${line.key}:\` says nothing here: options of a query in YAML are keys beside its SQL.`
    file.refuse(
      'QP_OPTION_MISPLACED',
      source.placeAt(start),
      message,
      'Move it into the YAML file, or remove the line.',
    )
  }
  const [statement, second] = split.statements
  if (statement === undefined) {
    const message = `The query ${shownText(String(path.at(-1)))} has no SQL statement.`
    file.refuse('QP_NO_STATEMENT', source.placeAt(0), message, 'Write one SQL statement.')
    return null
  }
  if (second !== undefined) {
    const message = `There are ${split.statements.length} statements; the second begins here.`
    file.refuse('QP_SEVERAL_STATEMENTS', source.placeAt(second.start), message, 'Give each as a query of its own.')
  }
  return statement
}
