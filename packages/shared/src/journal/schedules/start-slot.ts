import type { PoolClient } from 'pg'
import type { Batch } from '../../batch/index.ts'
import { QueryPoolError } from '../../errors/index.ts'
import { newRunId } from '../../run/index.ts'
import type { SlotTimes } from '../../schedule/index.ts'
import { submitWithin } from '../submit-run.ts'
import { bindSlot } from './bind-slot.ts'

/** What an overseer gives to the runs of slots. */
export interface RunMeans {
  readonly storeId: string
  /** How many queries may run at once on a database. */
  slotsOf(database: string): number
}

/** The version of a schedule's file that a run uses. */
export interface UsedVersion {
  readonly schedule: string
  readonly version: number
  readonly batch: Batch
}

/** The current version of a schedule's file. */
export async function readVersion(client: PoolClient, schedule: string, version: number): Promise<UsedVersion> {
  const { rows } = await client.query<{ batch: Batch }>(
    'SELECT batch FROM querypool.schedule_version WHERE schedule = $1 AND version = $2',
    [schedule, version],
  )
  return { schedule, version, batch: (rows[0] as { batch: Batch }).batch }
}

/**
 * Writes the run of a waiting slot, in the transaction that says that the slot has it: neither can be there without the
 * other. A slot whose batch cannot be run any more has failed.
 * @returns whether it has its run
 */
export async function startSlot(
  client: PoolClient,
  used: UsedVersion,
  slot: SlotTimes,
  means: RunMeans,
  now: Date,
): Promise<boolean> {
  await client.query('SAVEPOINT start_slot')
  try {
    const run = await submitSlot(client, used.batch, slot, means)
    await client.query(
      `WITH started AS (
         UPDATE querypool.slot SET state = 'running', run = $3, reason = NULL, state_before = NULL
         WHERE schedule = $1 AND at = $2 RETURNING origin, backfill)
       INSERT INTO querypool.slot_run (run, schedule, at, version, origin, backfill, started_at)
       SELECT $3, $1, $2, $4, origin, backfill, $5 FROM started`,
      [used.schedule, slot.at, run, used.version, now],
    )
    if (used.batch.notify.length > 0) await countFromSlot(client, run, slot)
    await client.query('RELEASE SAVEPOINT start_slot')
    return true
  } catch (error) {
    if (!(error instanceof QueryPoolError)) throw error
    await client.query('ROLLBACK TO SAVEPOINT start_slot')
    await client.query(`UPDATE querypool.slot SET state = 'failed', reason = $3 WHERE schedule = $1 AND at = $2`, [
      used.schedule,
      slot.at,
      error.code,
    ])
    return false
  }
}

/** Deadlines count from the time of the slot, however late it begins; those of one that is run by hand from now on. */
async function countFromSlot(client: PoolClient, run: string, slot: SlotTimes): Promise<void> {
  await client.query(
    `UPDATE querypool.run r SET deadline_from = $2::timestamptz, next_deadline_at = $2::timestamptz + (next_deadline_at - deadline_from)
     FROM querypool.slot_run s WHERE r.id = $1 AND s.run = r.id AND s.origin = 'schedule'`,
    [run, slot.at],
  )
}

async function submitSlot(client: PoolClient, batch: Batch, slot: SlotTimes, means: RunMeans): Promise<string> {
  const database = batch.database ?? ''
  const { run } = await submitWithin(
    client,
    {
      run: newRunId(),
      key: null,
      batch: batch.name,
      file: batch.file,
      database,
      private: false,
      slots: means.slotsOf(database),
      storeId: means.storeId,
      publish: batch.publish,
      onFailure: batch.onFailure ?? 'continue',
      snapshot: batch.snapshot ?? 'own',
      identical: batch.identical ?? 'each',
      maxParallel: batch.maxParallel,
      takesCached: true,
      notify: batch.notify,
      keepMs: batch.keepMs,
    },
    bindSlot(batch, slot),
  )
  return run
}
