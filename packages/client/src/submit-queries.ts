import {
  type BoundQuery,
  defineInTurn,
  defineQueries,
  isIdentifier,
  maxDurationMs,
  mostParallel,
} from '@querypool/shared/batch'
import { QueryPoolError } from '@querypool/shared/errors'
import {
  findRunByKey,
  type Journal,
  openInput,
  queriesPerChunk,
  readInstallationStore,
  type Submission,
  submitRun,
} from '@querypool/shared/journal'
import { newRunId, slotsWithoutLimit } from '@querypool/shared/run'
import { type Feeding, feedRun, isNameTwice, nameTwice } from './feed-run.ts'
import { inChunks } from './in-chunks.ts'
import type { Queries, SubmitOptions } from './options.ts'

/** A run that was submitted, and if queries of it are still being taken, how far that is. */
export interface Submitted {
  readonly run: string
  readonly feeding: Feeding | null
}

const gatherMs = 200
const databaseName = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/

/** See QueryPool.submit. */
export async function submitQueries(journal: Journal, queries: Queries, options: SubmitOptions): Promise<Submitted> {
  checkOptions(options)
  const snapshot = options.snapshot ?? 'own'
  const cacheMs = options.cacheMs ?? null
  if (Array.isArray(queries)) return submitAll(journal, options, defineInTurn(queries, 0, snapshot, cacheMs))
  if (!isIterable(queries)) throw usage('What is submitted is to be a list or an iterable of queries.')
  const earlier = options.key === undefined ? null : await findRunByKey(journal, options.key)
  if (earlier !== null) return { run: earlier, feeding: null }
  const stop = new AbortController()
  const chunks = inChunks(queries, queriesPerChunk, gatherMs, stop.signal)
  const { value: first } = await chunks.next()
  try {
    const bound = await defineQueries(first?.items ?? [], 0, snapshot, cacheMs, 'some')
    if (first?.isLast !== false) return await submitAll(journal, options, bound)
    const submission = await submissionOf(journal, options)
    const input = await openInput(journal, submission, bound).catch(explained)
    if (input.isNew) {
      const ended = feedRun(journal, input, chunks, bound.length, { snapshot, cacheMs }, stop.signal)
      return { run: input.run, feeding: { ended, stop: () => stop.abort() } }
    }
    await chunks.return()
    return { run: input.run, feeding: null }
  } catch (error) {
    await chunks.return()
    throw error
  }
}

async function submitAll(
  journal: Journal,
  options: SubmitOptions,
  queries: Iterable<BoundQuery> | AsyncIterable<BoundQuery>,
): Promise<Submitted> {
  const { run } = await submitRun(journal, await submissionOf(journal, options), queries).catch(explained)
  return { run, feeding: null }
}

function explained(error: unknown): never {
  throw isNameTwice(error) ? nameTwice(error) : error
}

async function submissionOf(
  journal: Journal,
  { database, batch, snapshot, identical, maxParallel, key }: SubmitOptions,
): Promise<Submission> {
  return {
    run: newRunId(),
    key: key ?? null,
    batch: batch ?? 'queries',
    file: 'a program',
    database,
    private: false,
    slots: slotsWithoutLimit,
    // Not known before the first overseer has run, which is no matter: nobody but readers asks for it.
    storeId: (await readInstallationStore(journal)) ?? '',
    publish: null,
    onFailure: 'continue',
    snapshot: snapshot ?? 'own',
    identical: identical ?? 'each',
    maxParallel: maxParallel ?? null,
  }
}

function checkOptions({ database, batch, snapshot, identical, maxParallel, cacheMs, key }: SubmitOptions): void {
  if (typeof database !== 'string' || !databaseName.test(database))
    throw usage('`database` is to be the name that the configuration has for a database, never its URL.')
  if (batch !== undefined && !isIdentifier(batch)) throw usage('`batch` is to be an identifier.')
  if (snapshot !== undefined && snapshot !== 'own' && snapshot !== 'shared')
    throw usage('`snapshot` is to be `own` or `shared`.')
  if (identical !== undefined && identical !== 'each' && identical !== 'once')
    throw usage('`identical` is to be `each` or `once`.')
  if (maxParallel !== undefined && !(Number.isInteger(maxParallel) && maxParallel >= 1 && maxParallel <= mostParallel))
    throw usage(`\`maxParallel\` is to be a whole number from 1 to ${mostParallel}.`)
  if (cacheMs !== undefined && !(Number.isInteger(cacheMs) && cacheMs >= 1 && cacheMs <= maxDurationMs))
    throw usage(`\`cacheMs\` is to be a whole number from 1 to ${maxDurationMs}.`)
  if (cacheMs !== undefined && snapshot === 'shared')
    throw usage('`cacheMs` does not go with a shared snapshot: the result of a run before is not of it.')
  if (key !== undefined && (typeof key !== 'string' || key === '')) throw usage('`key` is to be a text.')
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
}

function usage(message: string): QueryPoolError {
  return new QueryPoolError('QP_CLIENT_USAGE', message)
}
