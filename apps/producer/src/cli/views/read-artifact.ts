import { createHash } from 'node:crypto'
import { QueryPoolError } from '@querypool/shared/errors'
import type { QueryView } from '@querypool/shared/journal'
import type { ResultStore } from '@querypool/shared/result'

/**
 * The bytes of a query's rows, CSV with a header line, as they lie in the store; they are compared with what the journal
 * vouches for when the last one has passed.
 * @throws QP_NO_RESULT when the query did not succeed, QP_RESULT_DAMAGED
 */
export async function* readArtifact(store: ResultStore, query: QueryView): AsyncGenerator<Uint8Array> {
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
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_RESULT_DAMAGED', `The rows of ${query.name} cannot be read: ${why}`, { cause })
  }
  if (passed !== bytes || (query.sha256 !== null && hash.digest('hex') !== query.sha256))
    throw new QueryPoolError(
      'QP_RESULT_DAMAGED',
      `The rows of ${query.name} in ${store.pathOf(artifact)} are not those that the journal vouches for.`,
    )
}
