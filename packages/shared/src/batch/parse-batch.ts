import { basename, extname } from 'node:path'
import { InvalidDefinition } from '../errors/index.ts'
import type { Batch, Query } from './batch.ts'
import { checkSql } from './check-sql.ts'
import { cutPieces, type Piece } from './cut-pieces.ts'
import { draftQueries, FileSoFar, refuseFile } from './draft-queries.ts'
import type { DraftQuery } from './draft-query.ts'
import { FaultList } from './fault-list.ts'
import { toIdentifier } from './identifier.ts'
import type { Options } from './options.ts'
import { readOptions } from './read-options.ts'
import { readSections } from './read-sections.ts'
import { type NeedingQuery, refuseNeeds } from './refuse-needs.ts'
import { refuseNoSql } from './refuse-no-sql.ts'
import { cachedInSnapshot } from './snapshot-cache.ts'
import { writesInSnapshot } from './snapshot-writes.ts'

/** What a batch is called. */
export interface BatchTitle {
  /** Names the file, in faults and in the batch itself. */
  readonly file: string
  /** The name of the batch; made of the file's when absent. */
  readonly name?: string
}

/**
 * Checks the bytes of a batch file and reads the batch in it, part by part, in memory that does not grow with the file: each
 * part is the batch with some of its queries, in file order. That the last part came means that nothing is wrong with any.
 *
 * @param pieceLength how many characters are read at once, if not the usual number
 * @throws InvalidDefinition with everything that is wrong with the file, in the order of the places.
 */
export async function* parseBatchParts(
  bytes: AsyncIterable<Uint8Array>,
  { file, name = toIdentifier(basename(file, extname(file))) }: BatchTitle,
  pieceLength?: number,
): AsyncGenerator<Batch> {
  const faults = new FaultList()
  let reader: PartReader | null = null
  try {
    for await (const piece of cutPieces(bytes, file, faults, pieceLength)) {
      reader ??= new PartReader(name, piece, faults)
      const part = await reader.read(piece)
      if (!faults.hasAny) yield part
    }
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    for (const { code, place, message, remedy } of thrown.faults) faults.add(code, place ?? { file }, message, remedy)
  }
  faults.throwIfAny()
}

/**
 * Checks the bytes of a batch file and reads the batch in it. `file` names it: in faults, and the batch itself.
 * @throws InvalidDefinition with everything that is wrong with it, in the order of the places.
 */
export async function parseBatch(bytes: Uint8Array, file: string): Promise<Batch> {
  return wholeBatch(parseBatchParts(asBlocks(bytes), { file }))
}

/** A batch with all of its queries in memory. */
export async function wholeBatch(parts: AsyncIterable<Batch>): Promise<Batch> {
  const all: Batch[] = []
  for await (const part of parts) all.push(part)
  return { ...(all[0] as Batch), queries: all.flatMap(({ queries }) => queries) }
}

async function* asBlocks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Reads the pieces of one file. */
class PartReader {
  readonly #options: Options
  readonly #soFar: FileSoFar
  readonly #faults: FaultList
  readonly #needing: NeedingQuery[] = []
  #position = 0

  /** @param first has the options of the batch */
  constructor(name: string, { source, split }: Piece, faults: FaultList) {
    const [preamble] = readSections(source.text, split)
    this.#options = readOptions(source, preamble.header, 'batch', faults)
    this.#soFar = new FileSoFar(name, this.#options)
    this.#faults = faults
  }

  async read(piece: Piece): Promise<Batch> {
    const { source, split } = piece
    refuseNoSql(source, split, this.#faults)
    const drafts = draftQueries(piece, readSections(source.text, split), this.#soFar, this.#faults)
    await checkSql(drafts, this.#faults, this.#soFar.toldTypes)
    this.#noteNeeds(drafts)
    if (piece.isLast) {
      refuseFile(piece, this.#soFar, this.#faults)
      refuseNeeds(this.#soFar.names, this.#needing, this.#faults)
    }
    const { database, publish, onFailure, snapshot, identical, maxParallel } = this.#options
    const queries = drafts.map((draft) => asQuery(draft, this.#position++, this.#options))
    const name = this.#soFar.batchName
    const said = { database, publish, onFailure, snapshot, identical, maxParallel }
    const batch = { name, file: source.file, ...said, schedule: null, notify: [], keepMs: null, queries }
    if (snapshot === 'shared')
      for (const { code, place, message } of [...writesInSnapshot(batch), ...cachedInSnapshot(batch)])
        this.#faults.add(code, place, message)
    return batch
  }

  #noteNeeds(drafts: readonly DraftQuery[]): void {
    for (const { name, options } of drafts)
      if (options.needs.length > 0) this.#needing.push({ name, needs: options.needs })
  }
}

/** A draft as a query of its batch, whose options it has where it says nothing itself. */
export function asQuery(draft: DraftQuery, position: number, batch: Options): Query {
  const { line, column } = draft.source.placeAt(draft.statement.start)
  const { options } = draft
  const effect = options.effect ?? 'read'
  const mayTake = effect === 'read' && options.needs.length === 0
  const cacheMs = mayTake ? (options.cacheMs ?? batch.cacheMs) : null
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
    needs: options.needs.map(({ name: need }) => need),
    cacheMs: cacheMs === 0 ? null : cacheMs,
  }
}
