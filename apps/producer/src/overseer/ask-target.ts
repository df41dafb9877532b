import { causeOf } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { recordEventSeldom } from '@querypool/shared/journal'
import type { Pool } from 'pg'
import type { Charge } from './charge.ts'

/**
 * Asks the target database about a run.
 * @throws QP_DATABASE_UNREACHABLE_FROM_OVERSEER, or what `ask` throws with a code of its own, which the events of the run tell
 * too; what asked is tried again
 */
export async function askTarget<T>(charge: Charge, run: string, ask: (target: Pool) => Promise<T>): Promise<T> {
  try {
    return await ask(charge.target)
  } catch (cause) {
    const error = cause instanceof QueryPoolError ? cause : unreachable(charge, cause)
    await recordEventSeldom(charge.journal, run, error.code, error.message)
    throw error
  }
}

function unreachable({ database }: Charge, cause: unknown): QueryPoolError {
  const message = `The overseer cannot reach ${database?.name ?? 'the database'}: ${causeOf(cause)}`
  return new QueryPoolError('QP_DATABASE_UNREACHABLE_FROM_OVERSEER', message, { cause })
}
