import type { PoolClient } from 'pg'
import type { Hook, Standing } from '../notify/index.ts'
import type { ToldRun } from './told-run.ts'

/** What a hook of a batch has seen and was told. */
export interface HookStanding extends Standing {
  /** Whether it was told of a missed deadline, and no run has kept it since. */
  readonly toldDeadline: boolean
}

/** Reads the standing of a hook, and locks it until the transaction ends: runs of a batch are judged one after the other. */
export async function lockStanding(
  client: PoolClient,
  { batch, database }: ToldRun,
  { url }: Hook,
): Promise<HookStanding> {
  const { rows } = await client.query<HookStanding>(
    `INSERT INTO querypool.standing (batch, database, hook) VALUES ($1, $2, $3)
     ON CONFLICT (batch, database, hook) DO UPDATE SET hook = excluded.hook
     RETURNING outcome, told, told_deadline AS "toldDeadline"`,
    [batch, database, url],
  )
  return rows[0] ?? { outcome: null, told: null, toldDeadline: false }
}

/** Keeps the standing of a hook. */
export async function keepStanding(
  client: PoolClient,
  { batch, database }: ToldRun,
  { url }: Hook,
  { outcome, told, toldDeadline }: HookStanding,
): Promise<void> {
  await client.query(
    `UPDATE querypool.standing SET outcome = $4, told = $5, told_deadline = $6
     WHERE batch = $1 AND database = $2 AND hook = $3`,
    [batch, database, url, outcome, told, toldDeadline],
  )
}
