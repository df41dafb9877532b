import pg from 'pg'
import { deservesRetry } from '../run/index.ts'

/** Whether an error of a statement on the journal says that its server is away for now, not that something is wrong. */
export function isOutage(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return deservesRetry(error.code ?? '')
  if (error instanceof AggregateError) return error.errors.some(isOutage)
  if (!(error instanceof Error)) return false
  // Of the system (ECONNREFUSED, EPIPE …), or of node-postgres, whose errors have only a text.
  return 'syscall' in error || /^(?:Connection terminated|timeout e|Client has encountered a conn)/.test(error.message)
}
