import type { PoolClient } from 'pg'
import type { AttemptId } from '../result/index.ts'
import { shortMs, type TerminalQueryState } from '../run/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { learnDurations } from './learn-durations.ts'
import { oneByOne } from './one-by-one.ts'
import { recordOnly, recordResults } from './record-results.ts'
import { settleNeeds } from './settle-needs.ts'
import { stopRun } from './stop-run.ts'

/** Why a query did not succeed, as the journal keeps and people read it. */
export interface QueryError {
  readonly code: string
  readonly message: string
  readonly sqlState?: string
  /** Where in the query's SQL: a UTF-16 offset. */
  readonly offset?: number
}

/** What a query came to, to be recorded for good. */
export interface Verdict {
  readonly position: number
  readonly state: TerminalQueryState
  readonly artifact: { key: string; offset: number; bytes: number; rows: number; sha256: string } | null
  readonly startedAt: string | null
  readonly finishedAt: string
  readonly error: QueryError | null
}

/** A query that is taken out of its job. */
export interface Released {
  readonly position: number
  /** Whether the attempt may have begun with it. */
  readonly begun: boolean
}

/** What an attempt at a job came to. Queries of the job that have no verdict are to be tried again, with the job or released. */
export interface Settlement {
  readonly attempt: AttemptId
  readonly worker: string | null
  readonly verdicts: readonly Verdict[]
  /** Queries whose failure counts against their retries. */
  readonly failed: readonly number[]
  /** Whether the worker was lost in this attempt. */
  readonly workerLost: boolean
  /** Queries that the job no longer carries, and that are claimed again; of those that go with a lost worker, each alone. */
  readonly released: readonly Released[]
  /** How long the next attempt has to wait, in ms. */
  readonly delayMs: number
  /** What a person should know about it, if anything. */
  readonly event?: { readonly code: string; readonly message: string }
}

/**
 * `stale`: another attempt settles this job, nothing was written. `again`: some of its queries are to be tried again.
 * `settled`: every query has its result. `last`: so it has, and no query of the run waits for a job.
 */
export type Settled = 'stale' | 'again' | 'settled' | 'last'

/**
 * Records what an attempt came to, in one transaction: results, failures, what becomes of queries that need these, and whether the job is done or its next attempt
 * is due. Only the job's current attempt can settle it, and a query's first result stays, so that an attempt which comes
 * late changes nothing. Whoever watches the run is not told here, see tellOfRuns.
 */
export async function settleAttempt(journal: Journal, settlement: Settlement): Promise<Settled> {
  const { run, generation, job, attempt } = settlement.attempt
  return inTransaction(journal.pool, async (client) => {
    const { rows } = await client.query<{ hasFollowers: boolean }>(
      `SELECT r.has_followers AS "hasFollowers" FROM querypool.job j JOIN querypool.run r ON r.id = j.run
       WHERE j.run = $1 AND j.job = $2 AND j.generation = $3 AND j.attempt = $4 AND NOT j.settled FOR UPDATE OF j`,
      [run, job, generation, attempt],
    )
    const [current] = rows
    if (current === undefined) return 'stale'
    await insertResults(client, settlement, current.hasFollowers)
    await learnDurations(client, settlement)
    await release(client, settlement)
    await client.query(
      `UPDATE querypool.query SET failures = failures + (position = ANY ($3))::int,
         running_since = NULL, worker = NULL, pid = NULL
       WHERE run = $1 AND job = $2 AND (position = ANY ($3) OR running_since IS NOT NULL)`,
      [run, job, settlement.failed],
    )
    const { event } = settlement
    if (event)
      await client.query('INSERT INTO querypool.event (run, code, message) VALUES ($1, $2, $3)', [
        run,
        event.code,
        event.message,
      ])
    const endedAt = settlement.verdicts.map(({ position }) => position)
    if (endedAt.length > 0) await settleNeeds(client, run, generation, { endedAt })
    const failure = settlement.verdicts.find(({ state }) => state === 'failed')
    if (failure) await stopRun(client, run, generation, failure.position)
    return settleJob(client, settlement)
  })
}

async function insertResults(client: PoolClient, settlement: Settlement, hasFollowers: boolean): Promise<void> {
  const { run, generation, attempt } = settlement.attempt
  if (settlement.verdicts.length === 0) return
  const results = settlement.verdicts.map(({ artifact, ...verdict }) => ({ ...verdict, ...artifact }))
  // The second is twice as fast for a job of many short queries.
  const record = hasFollowers ? recordResults : recordOnly
  await client.query(
    record(`INSERT INTO querypool.result
       (run, generation, position, state, attempts, artifact, "offset", bytes, rows, sha256, worker, started_at,
        finished_at, error)
     SELECT $1, $2, v.position, v.state, $3 - (v.state IN ('cancelled', 'skipped') AND v."startedAt" IS NULL)::int,
       v.key, v."offset", v.bytes, v.rows, v.sha256, $4, v."startedAt", v."finishedAt", v.error
     FROM json_to_recordset($5::json) AS v(position int, state text, key text, "offset" bigint, bytes bigint, rows bigint,
       sha256 text, "startedAt" timestamptz, "finishedAt" timestamptz, error jsonb)
     ON CONFLICT DO NOTHING`),
    [run, generation, attempt, settlement.worker, JSON.stringify(results)],
  )
}

async function release(client: PoolClient, settlement: Settlement): Promise<void> {
  const { attempt, released, workerLost } = settlement
  if (released.length === 0) return
  await client.query(
    `UPDATE querypool.query q SET job = NULL, running_since = NULL, worker = NULL, pid = NULL,
       prior_attempts = CASE WHEN r.begun THEN $3 ELSE prior_attempts END, lost_workers = lost_workers + $4,
       expected_ms = greatest(expected_ms, $5)
     FROM jsonb_to_recordset($2::jsonb) AS r(position int, begun boolean)
     WHERE q.run = $1 AND q.position = r.position`,
    [attempt.run, JSON.stringify(released), attempt.attempt, workerLost ? 1 : 0, paceMs(settlement)],
  )
}

/** What a query of this attempt took on average, if that was not short: then those that it did not come to may be long, too. */
function paceMs({ verdicts }: Settlement): number | null {
  const took = verdicts.flatMap(({ startedAt, finishedAt }) =>
    startedAt === null ? [] : [Date.parse(finishedAt) - Date.parse(startedAt)],
  )
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length
  return mean >= shortMs ? mean : null
}

async function settleJob(client: PoolClient, settlement: Settlement): Promise<Settled> {
  const { run, generation, job } = settlement.attempt
  const { rows } = await client.query<{ settled: boolean; isLast: boolean }>(
    `UPDATE querypool.job SET
       settled = complete, attempt = attempt + (NOT complete)::int, lost_workers = lost_workers + $4::int,
       not_before = clock_timestamp() + $5 * interval '1 millisecond'
     FROM (SELECT NOT EXISTS (
       SELECT FROM querypool.query q WHERE q.run = $1 AND q.job = $2 AND NOT EXISTS (
         SELECT FROM querypool.result r WHERE r.run = $1 AND r.generation = $3 AND r.position = q.position ${oneByOne})
     ) AS complete ${oneByOne}) AS state
     WHERE run = $1 AND job = $2 RETURNING settled, NOT EXISTS (SELECT FROM querypool.query WHERE run = $1 AND job IS NULL)
       AND NOT EXISTS (SELECT FROM querypool.query WHERE run = $1 AND job = -1) AS "isLast"`,
    [run, job, generation, settlement.workerLost ? 1 : 0, settlement.delayMs],
  )
  const [state] = rows
  if (state?.settled === false) return 'again'
  return state?.isLast ? 'last' : 'settled'
}
