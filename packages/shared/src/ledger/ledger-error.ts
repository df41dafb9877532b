import { DatabaseError } from 'pg'
import { QueryPoolError } from '../errors/index.ts'

/** Whether a database said that it has no ledger: no such table or schema. */
export function isMissing(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '42P01' || error.code === '3F000')
}

/** What a database said of its ledger as an error with a remedy, where it is about the ledger; else as it is. */
export function ledgerError(cause: unknown): unknown {
  if (isMissing(cause))
    return new QueryPoolError('QP_LEDGER_MISSING', 'The database has no ledger of writes, so nothing was written.', {
      cause,
    })
  if (cause instanceof DatabaseError && cause.code === '42501')
    return new QueryPoolError('QP_LEDGER_REFUSED', `The ledger of writes cannot be used: ${cause.message}.`, { cause })
  return cause
}
