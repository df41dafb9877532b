import { QueryPoolError } from '@querypool/shared/errors'

const mostWorkers = 1000

/**
 * Reads the number of a `--workers` option.
 * @throws QP_WORKERS
 */
export function readWorkers(given: string): number {
  const workers = /^\d{1,4}$/.test(given) ? Number(given) : Number.NaN
  if (workers >= 1 && workers <= mostWorkers) return workers
  throw new QueryPoolError('QP_WORKERS', `--workers takes a whole number from 1 to ${mostWorkers}, not "${given}".`)
}
