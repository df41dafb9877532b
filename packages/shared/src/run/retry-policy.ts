/** How often a query is tried again after a cause that deserves it, unless it says otherwise. */
export const defaultRetries = 3

/** How many workers a query may take down with it before it is given up. */
export const maxLostWorkers = 3

/** How many of its shared snapshots a run may lose: with the last of them it fails. */
export const maxLostSnapshots = 3

// SQLSTATE classes and codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) whose cause can pass.
const passingSqlStates = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '53000', // insufficient_resources
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '58030', // io_error
])

/** Whether an SQL error may not come again when the statement is tried later. Class 08 is connection exceptions. */
export function deservesRetry(sqlState: string): boolean {
  return passingSqlStates.has(sqlState) || sqlState.startsWith('08')
}

/**
 * How long to wait before the next try, in ms: 1 s doubled with each failure up to 60 s, of which the second half is
 * chance, so that queries which failed together do not come back together.
 *
 * @param failures how often it has failed by now, from 1
 */
export function retryDelayMs(failures: number, chance: () => number = Math.random): number {
  const full = Math.min(60_000, 1000 * 2 ** (failures - 1))
  return Math.round(full / 2 + (full / 2) * chance())
}
