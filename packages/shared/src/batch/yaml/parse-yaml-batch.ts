import type { z } from 'zod'
import type { Fault } from '../../errors/index.ts'
import type { Batch } from '../batch.ts'
import { checkSql } from '../check-sql.ts'
import { decodeSource } from '../decode-source.ts'
import { byPlace, FaultList } from '../fault-list.ts'
import { isIdentifier } from '../identifier.ts'
import type { Options } from '../options.ts'
import type { BatchTitle } from '../parse-batch.ts'
import { type NeedingQuery, refuseNeeds } from '../refuse-needs.ts'
import { shownText } from '../shown-text.ts'
import { cachedInSnapshot } from '../snapshot-cache.ts'
import { writesInSnapshot } from '../snapshot-writes.ts'
import { batchShape } from './batch-shape.ts'
import { declareParameters } from './declare-parameters.ts'
import { draftYamlQuery, type YamlDraft } from './draft-query.ts'
import { asQueries, type ExpandedDraft, expandDrafts } from './expand-queries.ts'
import { isMap } from './key-reader.ts'
import { queryShape } from './query-shape.ts'
import { SqlFiles } from './read-sql-file.ts'
import { YamlFile } from './yaml-file.ts'

/**
 * Checks the bytes of a batch file in YAML and reads the batch in it, with the files of SQL that it names.
 * @param name goes before that of the file
 * @throws InvalidDefinition with everything that is wrong with it: what is in this file first, each in the order of the places
 */
export async function parseYamlBatch(bytes: Uint8Array, { file: path, name }: BatchTitle): Promise<Batch> {
  const faults = new FaultList((a, b) => fileOrder(path, a) - fileOrder(path, b) || byPlace(a, b))
  const source = decodeSource(bytes, path, faults)
  const file = source === null ? null : YamlFile.read(source, faults)
  const batch = file === null ? null : await readBatch(file, name)
  faults.throwIfAny()
  return batch as Batch
}

function fileOrder(main: string, { place }: Fault): number {
  return place === undefined || place.file === main ? 0 : 1
}

type Written = { readonly [K in keyof z.output<typeof batchShape>]?: z.output<typeof batchShape>[K] }

async function readBatch(file: YamlFile, title: string | undefined): Promise<Batch | null> {
  const { data } = file
  if (data === undefined) {
    file.refuse('QP_NO_STATEMENT', file.keyPlace([]), 'The file is empty.', 'See docs/batch-files.md for an example.')
    return null
  }
  const written = file.keys.readKeys(batchShape, data, [], ['queries', 'params'])
  if (written === null || !isMap(data)) return null
  const options = batchOptions(file, written, data.params)
  const drafts = await draftQueries(file, data.queries, options)
  await checkSql(drafts, file.faults)
  refuseUnused(file, drafts, options)
  const expanded = expandDrafts(file, drafts)
  refuseNeeds(...nodesOf(expanded), file.faults)
  const batch: Batch = {
    name: title ?? written.name ?? '',
    file: file.source.file,
    database: options.database,
    publish: options.publish,
    onFailure: options.onFailure,
    snapshot: options.snapshot,
    identical: options.identical,
    maxParallel: options.maxParallel,
    schedule: written.schedule ?? null,
    notify: written.notify ?? [],
    keepMs: written.keep ?? null,
    queries: asQueries(file, expanded, options),
  }
  if (batch.snapshot === 'shared')
    for (const { code, place, message } of [...writesInSnapshot(batch), ...cachedInSnapshot(batch)])
      file.refuse(code, place, message)
  return batch
}

function batchOptions(file: YamlFile, written: Omit<Written, 'queries' | 'params'>, params: unknown): Options {
  return {
    database: written.database ?? null,
    publish: written.publish ?? null,
    onFailure: written.onFailure ?? null,
    snapshot: written.snapshot ?? null,
    identical: written.identical ?? null,
    maxParallel: written.maxParallel ?? null,
    timeoutMs: written.timeout ?? null,
    retries: written.retries ?? null,
    maxRows: written.maxRows ?? null,
    maxBytes: written.maxBytes ?? null,
    expectMs: null,
    effect: null,
    cacheMs: written.cache ?? null,
    tags: written.tags ?? [],
    needs: [],
    parameters: declareParameters(file, params, ['params']),
  }
}

async function draftQueries(file: YamlFile, given: unknown, options: Options): Promise<YamlDraft[]> {
  if (!isMap(given)) {
    file.keys.readValue(batchShape.shape.queries, given, ['queries'])
    return []
  }
  if (Object.keys(given).length === 0) {
    file.refuse('QP_NO_STATEMENT', file.keyPlace(['queries']), 'The batch has no queries.', 'Add one under `queries`.')
  }
  const files = new SqlFiles(file.source.file, file.faults)
  const drafts: YamlDraft[] = []
  for (const [name, data] of Object.entries(given)) {
    refuseName(file, name)
    const written = file.keys.readKeys(queryShape, data, ['queries', name], ['params', 'matrix'])
    const draft = written && (await draftYamlQuery(file, name, written, files, options.parameters, data))
    if (draft !== null) drafts.push(draft)
  }
  return drafts
}

/**
 * What needs what, by the names in the file. A query of a matrix that is needed by its own name stands between: it is there
 * when its matrix is.
 */
function nodesOf(expanded: readonly ExpandedDraft[]): [names: string[], needing: NeedingQuery[]] {
  const needing = expanded.map(({ draft: { name, options } }) => ({ name, needs: options.needs }))
  const needed = new Map(needing.flatMap(({ needs }) => needs.map(({ name, place }) => [name, place])))
  const members = expanded.flatMap(({ draft, members }) =>
    members.flatMap(({ name }) => {
      const place = needed.get(name)
      return name === draft.name || place === undefined ? [] : [{ name, needs: [{ name: draft.name, place }] }]
    }),
  )
  const names = expanded.flatMap(({ draft, members }) => [draft.name, ...members.map(({ name }) => name)])
  return [names, [...needing, ...members]]
}

function refuseName(file: YamlFile, name: string): void {
  if (isIdentifier(name)) return
  file.refuse('QP_NAME_INVALID', file.keyPlace(['queries', name]), `${shownText(name)} cannot be the name of a query.`)
}

function refuseUnused(file: YamlFile, drafts: readonly YamlDraft[], options: Options): void {
  const declared = new Set(options.parameters.values())
  const used = new Set()
  for (const draft of drafts) {
    for (const parameter of draft.options.parameters.values()) declared.add(parameter)
    for (const parameter of draft.matrixParameters.values()) declared.add(parameter)
    for (const { name } of draft.slots) used.add(draft.declared.get(name))
  }
  for (const parameter of declared) {
    if (used.has(parameter)) continue
    const { name } = parameter.declaration
    const message = `The parameter ${shownText(name)} is declared, but \`:${name}\` is not used.`
    file.refuse('QP_PARAM_UNUSED', parameter.place, message)
  }
}
