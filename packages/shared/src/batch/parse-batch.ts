import { basename, extname } from 'node:path'
import { splitStatements } from '../sql/index.ts'
import type { Batch, Query } from './batch.ts'
import { checkSql } from './check-sql.ts'
import { decodeSource } from './decode-source.ts'
import { draftQueries } from './draft-queries.ts'
import type { DraftQuery } from './draft-query.ts'
import { FaultList } from './fault-list.ts'
import { toIdentifier } from './identifier.ts'
import { startsSection } from './option-line.ts'
import { type Options, readOptions } from './read-options.ts'
import { readSections } from './read-sections.ts'
import { refuseNoSql } from './refuse-no-sql.ts'
import { cachedInSnapshot } from './snapshot-cache.ts'
import { writesInSnapshot } from './snapshot-writes.ts'
import type { SourceText } from './source-text.ts'

/**
 * Checks the bytes of a batch file and reads the batch in it. `file` names it: in faults, and the batch itself.
 * @throws InvalidDefinition with everything that is wrong with it, in the order of the places.
 */
export async function parseBatch(bytes: Uint8Array, file: string): Promise<Batch> {
  const faults = new FaultList()
  const source = decodeSource(bytes, file, faults)
  const batch = source === null ? null : await readBatch(source, faults)
  faults.throwIfAny()
  return batch as Batch
}

async function readBatch(source: SourceText, faults: FaultList): Promise<Batch> {
  const name = toIdentifier(basename(source.file, extname(source.file)))
  const split = splitStatements(source.text, startsSection)
  refuseNoSql(source, split, faults)
  const sections = readSections(source.text, split)
  const options = readOptions(source, sections[0].header, 'batch', faults)
  const drafts = draftQueries(source, sections, name, options, faults)
  await checkSql(drafts, faults)
  const queries = drafts.map((draft, position) => asQuery(source, draft, position, options))
  const { database, publish, onFailure, snapshot, identical } = options
  const batch = { name, file: source.file, database, publish, onFailure, snapshot, identical, queries }
  if (snapshot === 'shared')
    for (const { code, place, message } of [...writesInSnapshot(batch), ...cachedInSnapshot(batch)])
      faults.add(code, place, message)
  return batch
}

function asQuery(source: SourceText, draft: DraftQuery, position: number, batch: Options): Query {
  const { line, column } = source.placeAt(draft.statement.start)
  const { options } = draft
  const effect = options.effect ?? 'read'
  const cacheMs = effect === 'write' ? null : (options.cacheMs ?? batch.cacheMs)
  const used = new Set(draft.slots.map((slot) => slot.name))
  return {
    name: draft.name,
    position,
    sql: draft.sql,
    line,
    column,
    parameters: [...used].flatMap((name) => draft.declared.get(name)?.declaration ?? []),
    slots: draft.slots,
    effect,
    timeoutMs: options.timeoutMs ?? batch.timeoutMs,
    retries: options.retries ?? batch.retries,
    maxRows: options.maxRows ?? batch.maxRows,
    maxBytes: options.maxBytes ?? batch.maxBytes,
    expectMs: options.expectMs,
    tags: [...new Set([...batch.tags, ...options.tags])],
    cacheMs: cacheMs === 0 ? null : cacheMs,
  }
}
