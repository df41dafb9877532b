import type { Installation } from './installation/installation.ts'

/** Where the time of a run of one query went, in ms; a step begins where the one before ends. */
export interface Overhead {
  /** From before the client's `submit` to behind it: the run is in the journal. */
  readonly submitMs: number
  /** Until the query runs, by the clock of the database. */
  readonly startMs: number
  /** From the end of the query until its worker has the last of its rows. */
  readonly readMs: number
  /** Until the transaction that ends the run: its result is stored and settled meanwhile. */
  readonly finishMs: number
  /** Until the client's `completion` returns. */
  readonly tellMs: number
}

// It sleeps so that its end is not hidden behind its beginning. A target list is evaluated from left to right.
const statement = `select extract(epoch from clock_timestamp())::float8 * 1000 as "beganMs", pg_sleep(0.05)::text,
  extract(epoch from clock_timestamp())::float8 * 1000 as "endedMs"`

/** Runs one query, and reads when what happened. All clocks are that of this machine. */
export async function measureOverhead({ pool, database }: Installation, signal: AbortSignal): Promise<Overhead> {
  const calledMs = Date.now()
  const run = await pool.submit([statement], { database, batch: 'overhead' })
  const submittedMs = Date.now()
  const { finishedAt } = await run.completion({ signal })
  const reportedMs = Date.now()
  for await (const result of run.results())
    for await (const { beganMs, endedMs } of result.rows<{ beganMs: number; endedMs: number }>()) {
      const readAtMs = result.finishedAt.getTime()
      const finishedMs = finishedAt?.getTime() ?? Number.NaN
      return {
        submitMs: submittedMs - calledMs,
        startMs: beganMs - submittedMs,
        readMs: readAtMs - endedMs,
        finishMs: finishedMs - readAtMs,
        tellMs: reportedMs - finishedMs,
      }
    }
  throw new Error(`The run ${run.id} of one query has no row.`)
}
