import { QueryPoolError } from '@querypool/shared/errors'
import type { Failure } from '@querypool/shared/result'
import { DatabaseError } from 'pg'
import { ResultTooLarge } from './result-limits.ts'

/** That a statement was cancelled because its worker has to stop. */
export const givenBack: Failure = plainFailure('QP_ATTEMPT_GIVEN_BACK', 'The worker was asked to stop.')

/**
 * What an error of a statement is to be called.
 * @param toOriginal where in the query's SQL a position of the statement is
 * @param elapsedMs for how long the statement had run
 */
export function failureOf(
  error: unknown,
  toOriginal: (position: number) => number,
  timeoutMs: number | null,
  elapsedMs: number,
): Failure {
  if (error instanceof ResultTooLarge) return plainFailure(error.code, error.message)
  if (error instanceof QueryPoolError) return plainFailure(error.code, error.message)
  if (!(error instanceof DatabaseError) || error.code === undefined)
    return plainFailure('QP_CONNECTION_LOST', error instanceof Error ? error.message : String(error))
  const timedOut = error.code === '57014' && timeoutMs !== null && elapsedMs >= timeoutMs * 0.99
  if (timedOut) return { ...plainFailure('QP_QUERY_TIMEOUT', `took longer than ${timeoutMs} ms`), sqlState: error.code }
  const position = Number(error.position ?? 0)
  return {
    code: error.code === '57014' ? 'QP_CANCELLED_IN_DATABASE' : 'QP_SQL_ERROR',
    message: error.message,
    sqlState: error.code,
    offset: position > 0 ? toOriginal(position) : null,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
  }
}

function plainFailure(code: string, message: string): Failure {
  return { code, message, sqlState: null, offset: null, detail: null, hint: null }
}
