import type { Journal } from './journal.ts'

/** A worker's word that it has begun with a query. */
export interface RunningNote {
  readonly run: string
  readonly job: number
  readonly position: number
  readonly startedAt: string
  readonly worker: string
  readonly pid: number
}

/** Notes what runs where. A hint for people: nothing is decided by it, and queries that have a result are left alone. */
export async function noteRunning(journal: Journal, notes: readonly RunningNote[]): Promise<void> {
  if (notes.length === 0) return
  await journal.pool.query(
    `WITH noted AS (
       UPDATE querypool.query q SET running_since = n."startedAt", worker = n.worker, pid = n.pid
       FROM jsonb_to_recordset($1::jsonb) AS n(run text, job int, position int, "startedAt" timestamptz, worker text,
         pid int), querypool.job j
       WHERE q.run = n.run AND q.position = n.position AND q.job = n.job
         AND j.run = n.run AND j.job = n.job AND NOT j.settled
       RETURNING q.run
     )
     SELECT pg_notify('querypool_run', run) FROM (SELECT DISTINCT run FROM noted) AS runs`,
    [JSON.stringify(notes)],
  )
}
