import { createHash } from 'node:crypto'
import { QueryPoolError } from '../errors/index.ts'
import { type Column, type Outcome, parseManifest } from './manifest.ts'
import type { ResultStore } from './result-store.ts'

/** What the journal says of the rows of a query. */
export interface StoredRows {
  readonly position: number
  readonly name: string
  readonly state: string
  /** The key of the file that has them, where in it they begin, and how many bytes they are; null: there are none. */
  readonly artifact: string | null
  readonly offset: number | null
  readonly bytes: number | null
  readonly sha256: string | null
  /** The query that was executed, if that is another one: by its position the manifest beside the rows knows them. */
  readonly sharedFrom: { readonly position: number } | null
}

/**
 * The bytes of a query's rows, CSV with a header line, as they lie in the store; they are compared with what the journal
 * vouches for when the last one has passed.
 * @throws QP_NO_RESULT when the query did not succeed, QP_RESULT_DAMAGED, what the store throws
 */
export async function* readArtifact(store: ResultStore, query: StoredRows): AsyncGenerator<Uint8Array> {
  const { artifact, bytes } = query
  if (query.state !== 'succeeded' || artifact === null || bytes === null)
    throw new QueryPoolError('QP_NO_RESULT', `The query ${query.name} has no result: it is ${query.state}.`)
  const hash = createHash('sha256')
  let passed = 0
  try {
    if (bytes > 0)
      for await (const chunk of store.read(artifact, query.offset ?? 0, bytes) as AsyncIterable<Uint8Array>) {
        hash.update(chunk)
        passed += chunk.length
        yield chunk
      }
  } catch (cause) {
    // A store that cannot be asked says nothing about the rows.
    if (cause instanceof QueryPoolError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_RESULT_DAMAGED', `The rows of ${query.name} cannot be read: ${why}`, { cause })
  }
  if (passed !== bytes || (query.sha256 !== null && hash.digest('hex') !== query.sha256))
    throw new QueryPoolError(
      'QP_RESULT_DAMAGED',
      `The rows of ${query.name} in ${store.locate(artifact)} are not those that the journal vouches for.`,
    )
}

/**
 * The columns of a query's rows, from the manifest that lies beside them.
 * @throws QP_RESULT_DAMAGED when it is missing
 */
export async function readColumns(
  store: ResultStore,
  query: Pick<StoredRows, 'artifact' | 'position' | 'name' | 'sharedFrom'>,
): Promise<readonly Column[]> {
  return (await readOutcome(store, query)).columns
}

/**
 * What the manifest beside a query's rows says of them.
 * @throws QP_RESULT_DAMAGED when it is missing
 */
export async function readOutcome(
  store: ResultStore,
  query: Pick<StoredRows, 'artifact' | 'position' | 'name' | 'sharedFrom'>,
): Promise<Outcome> {
  const key = (query.artifact ?? '').replace(/[^/]*$/, 'manifest.json')
  const text = await store.getText(key)
  const executed = query.sharedFrom?.position ?? query.position
  const outcome = text === null ? undefined : parseManifest(text).outcomes.find(({ position }) => position === executed)
  if (outcome !== undefined) return outcome
  throw new QueryPoolError(
    'QP_RESULT_DAMAGED',
    `The manifest ${store.locate(key)} of the rows of ${query.name} is missing.`,
  )
}
