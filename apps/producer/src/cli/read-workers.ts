import { QueryPoolError } from '@querypool/shared/errors'

/** How many queries run at once where nobody has said it. */
export const defaultWorkers = 5

const mostWorkers = 1000

/**
 * Reads how many queries may run at once.
 * @param option with which it was given
 * @throws QP_WORKERS
 */
export function readWorkers(given: string, option = '--workers'): number {
  const workers = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (workers >= 1 && workers <= mostWorkers) return workers
  throw new QueryPoolError('QP_WORKERS', `${option} takes a whole number from 1 to ${mostWorkers}, not "${given}".`)
}
