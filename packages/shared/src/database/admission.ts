import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { applicationName, fenceKey } from './fence.ts'

/** Whether an attempt may begin. `fenced`: an older attempt of its job still runs; `full`: no slot is free. */
export type Admission = 'admitted' | 'fenced' | 'full'

/** The limit of a database: its name in the configuration, and how many queries of QueryPool may run there at once. */
export interface DatabaseLimit {
  readonly database: string
  readonly maxConcurrency: number
}

/**
 * The statement with which an attempt's transaction takes its fence and, where there is a limit, one of that many slots,
 * and calls its session by its name once it has both. All are locks of the transaction, which only its end releases; they
 * live in the target database itself, so they hold across all workers, machines and private runs, whatever Redis knows.
 *
 * When a limit was lowered, slots above it may still be held: they count until they are released.
 * One row comes back: `fence` and `slot` (null without a limit); read it with `readAdmission`.
 */
export function admissionSql(
  installation: string,
  id: { run: string; job: number; attempt: number },
  limit: DatabaseLimit | null,
): string {
  const fence = fenceKey(installation, id.run, id.job)
  const name = applicationName(installation, id.run, id.job, id.attempt)
  const slot = limit === null ? 'SELECT 0 AS n FROM fence WHERE fence.taken' : freeSlot(installation, limit)
  return `WITH fence AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(${fence.run}, ${fence.job}) AS taken),
    slot AS MATERIALIZED (${slot})
    SELECT fence.taken AS fence, slot.n AS slot,
      CASE WHEN slot.n IS NOT NULL THEN set_config('application_name', '${name}', true) END AS name
    FROM fence LEFT JOIN slot ON true`
}

/** What the row of `admissionSql` says. */
export function readAdmission(row: { fence: boolean; slot: number | null } | undefined): Admission {
  if (!row?.fence) return 'fenced'
  return row.slot === null ? 'full' : 'admitted'
}

// Below a limit of `max` the slots 1..max are free to take. While slots above it are still held, only those up to the
// largest t for which at most max - t are held above t: then there are never more than t + (max - t) of them in all.
// The function scan gives the numbers one by one, and LIMIT ends it at the first lock that is taken.
function freeSlot(installation: string, { database, maxConcurrency: max }: DatabaseLimit): string {
  const key = slotKey(installation, database)
  return `SELECT n FROM fence, generate_series(1, (
      SELECT t FROM generate_series(${max}, 0, -1) AS t
      WHERE (SELECT count(*) FROM (${heldSlots(key)}) AS held WHERE held.n > t) <= ${max} - t LIMIT 1)) AS n
    WHERE fence.taken AND pg_try_advisory_xact_lock(${key}, n) LIMIT 1`
}

/** How many slots of a database are taken now. */
export async function countHeldSlots(target: Pool, installation: string, database: string): Promise<number> {
  const { rowCount } = await target.query(heldSlots(slotKey(installation, database)))
  return rowCount ?? 0
}

function heldSlots(key: number): string {
  return `SELECT objid::bigint AS n FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = (${key}::bigint & 4294967295)::oid`
}

/** The first half of the advisory locks that are the slots of a database; the second is the slot's number, from 1. */
export function slotKey(installation: string, database: string): number {
  return createHash('sha256').update(`${installation}:slots:${database}`).digest().readInt32BE(0)
}
