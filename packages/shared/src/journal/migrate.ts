import type { Pool, PoolClient } from 'pg'
import { QueryPoolError } from '../errors/index.ts'
import { inTransaction } from './in-transaction.ts'
import { runs } from './migrations/0001-runs.ts'
import { service } from './migrations/0002-service.ts'
import { views } from './migrations/0003-views.ts'
import { generations } from './migrations/0004-generations.ts'
import { onFailure } from './migrations/0005-on-failure.ts'
import { snapshots } from './migrations/0006-snapshots.ts'
import { durations } from './migrations/0007-durations.ts'
import { groups } from './migrations/0008-groups.ts'
import { resultLimits } from './migrations/0009-result-limits.ts'
import { largeRuns } from './migrations/0010-large-runs.ts'
import { identical } from './migrations/0011-identical.ts'
import { cheaperRuns } from './migrations/0012-cheaper-runs.ts'
import { needs } from './migrations/0013-needs.ts'
import { schedules } from './migrations/0014-schedules.ts'
import { sqlOrigin } from './migrations/0015-sql-origin.ts'
import { notifications } from './migrations/0016-notifications.ts'
import { keep } from './migrations/0017-keep.ts'

// In the order in which they are applied; the version of a migration is its place, from 1. Never edit one that was released.
const migrations = [
  { name: 'runs', sql: runs },
  { name: 'service', sql: service },
  { name: 'views', sql: views },
  { name: 'generations', sql: generations },
  { name: 'on-failure', sql: onFailure },
  { name: 'snapshots', sql: snapshots },
  { name: 'durations', sql: durations },
  { name: 'groups', sql: groups },
  { name: 'result-limits', sql: resultLimits },
  { name: 'large-runs', sql: largeRuns },
  { name: 'identical', sql: identical },
  { name: 'cheaper-runs', sql: cheaperRuns },
  { name: 'needs', sql: needs },
  { name: 'schedules', sql: schedules },
  { name: 'sql-origin', sql: sqlOrigin },
  { name: 'notifications', sql: notifications },
  { name: 'keep', sql: keep },
]

/** The version of the schema that this program works with. */
export const journalVersion = migrations.length

// Any number that nobody else takes; all migrating programs wait for each other on it.
const migrationLock = 7_367_646_001

/**
 * Brings the schema `querypool` of the journal to this program's version, in one transaction under a lock: any number of
 * programs may call it at once, one does the work. Does nothing when it is there already.
 * @returns the versions that were applied
 * @throws QP_JOURNAL_NEWER when a newer QueryPool has migrated it further
 */
export async function migrateJournal(pool: Pool): Promise<number[]> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await client.query('CREATE SCHEMA IF NOT EXISTS querypool')
    await client.query(`CREATE TABLE IF NOT EXISTS querypool.migration (
      version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
    return applyMissing(client)
  })
}

async function applyMissing(client: PoolClient): Promise<number[]> {
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM querypool.migration',
  )
  const current = rows[0]?.version ?? 0
  if (current > migrations.length)
    throw new QueryPoolError(
      'QP_JOURNAL_NEWER',
      `The journal's schema has version ${current}, but this program knows only ${migrations.length}.`,
    )
  const applied: number[] = []
  for (const [index, migration] of migrations.entries()) {
    const version = index + 1
    if (version <= current) continue
    await client.query(migration.sql)
    await client.query('INSERT INTO querypool.migration (version, name) VALUES ($1, $2)', [version, migration.name])
    applied.push(version)
  }
  return applied
}
