import type { PoolClient } from 'pg'
import type { Batch } from '../../batch/index.ts'
import {
  type FileSchedule,
  firstAfter,
  type InstalledSchedule,
  type ScheduleChange,
  type ScheduleDefinition,
} from '../../schedule/index.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Journal } from '../journal.ts'
import { asDefinition, lockSchedule, type StoredDefinition } from './schedule-row.ts'
import { serverTime } from './server-time.ts'
import { decideAllDue } from './tick-schedules.ts'

/** A scheduled batch as its file has it. */
export interface ScheduledFile extends FileSchedule {
  /** The whole text of the file. */
  readonly source: string
  readonly definition: ScheduleDefinition
  readonly batch: Batch
}

// Any number that nobody else takes; two people who install schedules wait for each other on it.
const syncLock = 7_367_646_013

/** The schedules that are installed. */
export async function readInstalled(client: Pick<PoolClient, 'query'>): Promise<InstalledSchedule[]> {
  const { rows } = await client.query<Omit<InstalledSchedule, 'definition'> & { definition: StoredDefinition }>(
    `SELECT s.name, s.file, v.hash, v.definition FROM querypool.schedule s
     JOIN querypool.schedule_version v ON v.schedule = s.name AND v.version = s.version
     WHERE s.removed_at IS NULL ORDER BY s.name`,
  )
  return rows.map(({ definition, ...rest }) => ({ ...rest, definition: asDefinition(definition) }))
}

/**
 * Makes the installed schedules equal files, in one transaction. Slots that are due by then are decided first, as the
 * version says that was installed when they came due; a new version holds from `now` on.
 *
 * @param compare says what to do, by what is installed
 * @param by who does that, for the record
 */
export async function syncSchedules(
  journal: Journal,
  compare: (installed: InstalledSchedule[]) => ScheduleChange<ScheduledFile>[],
  by: string,
  now?: Date,
): Promise<ScheduleChange<ScheduledFile>[]> {
  return inTransaction(journal.pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [syncLock])
    const changes = compare(await readInstalled(client))
    // Names that are given up first, for another schedule may take them.
    for (const change of changes) if (change.kind === 'remove') await remove(client, change.name)
    for (const change of changes) if (change.kind === 'rename') await rename(client, change.oldName, change.name)
    for (const change of changes)
      if (change.kind !== 'remove' && change.kind !== 'keep') await install(client, change.from, by, now)
    return changes
  })
}

async function install(client: PoolClient, from: ScheduledFile, by: string, given: Date | undefined): Promise<void> {
  const { name, file, hash, source, definition, batch } = from
  const row = await lockSchedule(client, name)
  // After the lock was taken, so that it is later than what others have decided.
  const now = given ?? (await serverTime(client))
  if (row !== null) await decideAllDue(client, row, now)
  const version = 1 + (await lastVersion(client, name))
  await client.query(
    `INSERT INTO querypool.schedule AS s (name, file, version, decided_until, next_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET file = $2, version = $3, decided_until = greatest(s.decided_until, $4), next_at = $5,
       removed_at = NULL`,
    [name, file, version, now, firstAfter(definition, now)],
  )
  await client.query(
    `INSERT INTO querypool.schedule_version
       (schedule, version, file, hash, source, definition, batch, installed_at, installed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [name, version, file, hash, source, JSON.stringify(definition), JSON.stringify(batch), now, by],
  )
}

async function lastVersion(client: PoolClient, schedule: string): Promise<number> {
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM querypool.schedule_version WHERE schedule = $1',
    [schedule],
  )
  return rows[0]?.version ?? 0
}

async function rename(client: PoolClient, oldName: string, name: string): Promise<void> {
  // One of that name may have been removed: its ledger makes room.
  await client.query(
    `UPDATE querypool.schedule SET name = name || ' (removed ' || to_char(removed_at, 'YYYY-MM-DD HH24:MI:SS.US') || ')'
     WHERE name = $1 AND removed_at IS NOT NULL`,
    [name],
  )
  await client.query('UPDATE querypool.schedule SET name = $2 WHERE name = $1', [oldName, name])
}

/** Has a schedule have no more slots, and none that waits; what runs goes on. */
async function remove(client: PoolClient, name: string): Promise<void> {
  await client.query('UPDATE querypool.schedule SET removed_at = clock_timestamp(), next_at = NULL WHERE name = $1', [
    name,
  ])
  await client.query(
    `UPDATE querypool.slot SET state = coalesce(state_before, 'skipped'), state_before = NULL,
       reason = CASE WHEN state_before IS NULL THEN 'QP_SLOT_WITHDRAWN' ELSE reason END
     WHERE schedule = $1 AND state = 'waiting'`,
    [name],
  )
}
