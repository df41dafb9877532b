import pg from 'pg'
import { expect, onTestFinished, vi } from 'vitest'
import { type Installation, queryOf, type RunDocument, type Running } from '../e2e/installation.ts'
import { findLiving, findRunProcesses, type RunProcesses } from './processes.ts'

/** How long a condition is waited for: no statement about speed. */
export const deadline = { timeout: 120_000, interval: 100 }

/** Queries that wait, named `wait_1` and so on; each returns its own number. */
export function waitingQueries(...seconds: readonly number[]): string {
  return seconds
    .map((wait, index) => `-- name: wait_${index + 1}\nselect ${index + 1} as number from pg_sleep(${wait});\n`)
    .join('\n')
}

// The gate is this lock: it keeps a statement waiting as it executes, where one on a table would as it is parsed.
const gate = 4711
/** What a statement calls to wait for the gate. */
export const waitForGate = `pg_advisory_xact_lock_shared(${gate})`

/** Queries that wait until the gate is opened, named and returning as waiting ones, and trying nothing again. */
export function gatedQueries(count: number): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `-- name: wait_${index + 1}\n-- retries: 0\n-- expect: 1s\nselect ${index + 1} as number from ${waitForGate};\n`,
  ).join('\n')
}

/** A gate in the target database. */
export interface Gate {
  open(): Promise<void>
}

/** Closes it: gated queries wait, until it is opened or the test is over. */
export async function closeGate(installation: Installation): Promise<Gate> {
  // A session outside of the pool, whose end would wait for it.
  const client = new pg.Client(installation.target.options)
  client.on('error', () => {})
  await client.connect()
  await client.query('SELECT pg_advisory_lock($1)', [gate])
  const open = (): Promise<void> => client.end()
  onTestFinished(open)
  return { open }
}

/** Starts `run --json` with two workers. */
export async function startRun(
  installation: Installation,
  sql: string,
  env: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<Running> {
  const file = await installation.batchFile(sql)
  const { databaseUrl } = installation
  return installation.start(['run', file, '--database', databaseUrl, '--workers', '2', '--json', ...args], { env })
}

/** The processes of a command's run, once it has at least so many workers. */
export async function untilProcesses(command: number, workers: number): Promise<RunProcesses> {
  return vi.waitFor(async () => {
    const found = await findRunProcesses(command)
    if (found === null || found.workers.length < workers) throw new Error('not all processes of the run are there')
    return found
  }, deadline)
}

/** Waits until so many queries run in the database. */
export async function untilBackends(installation: Installation, atLeast: number): Promise<void> {
  await vi.waitFor(async () => expect(await installation.countBackends()).toBeGreaterThanOrEqual(atLeast), deadline)
}

/** Waits until nothing of a run is left: no process of it lives, and no query of it runs in the database. */
export async function untilNothingIsLeft(installation: Installation, processes: RunProcesses): Promise<void> {
  const { overseer, workers } = processes
  await vi.waitFor(async () => {
    expect(await findLiving([overseer, ...workers])).toEqual([])
    expect(await installation.countBackends()).toBe(0)
  }, deadline)
}

/** What the journal says of its newest run. */
export interface Recorded {
  readonly run: string
  readonly state: string
  readonly succeeded: number
  readonly results: number
  readonly lostWorkers: number
  readonly failures: number
  readonly events: readonly string[]
}

/** Reads it. @throws when there is none yet */
export async function readRecorded(journal: pg.Pool): Promise<Recorded> {
  const { rows } = await journal.query<Recorded>(
    `SELECT id AS run, state,
       (SELECT count(*)::int FROM querypool.result WHERE run = r.id AND state = 'succeeded') AS succeeded,
       (SELECT count(*)::int FROM querypool.result WHERE run = r.id) AS results,
       (SELECT coalesce(sum(lost_workers), 0)::int FROM querypool.job WHERE run = r.id) AS "lostWorkers",
       (SELECT coalesce(sum(failures), 0)::int FROM querypool.query WHERE run = r.id) AS failures,
       ARRAY(SELECT code FROM querypool.event WHERE run = r.id ORDER BY id) AS events
     FROM querypool.run r ORDER BY created_at DESC LIMIT 1`,
  )
  if (rows[0] === undefined) throw new Error('the journal knows no run')
  return rows[0]
}

/** Checks that all of the waiting queries succeeded, and that each returned its one row. */
export function expectAllSucceeded(document: RunDocument, count: number): void {
  expect(document.state).toBe('succeeded')
  expect(document.queries).toHaveLength(count)
  for (let number = 1; number <= count; number++)
    expect(queryOf(document, `wait_${number}`)).toMatchObject({ state: 'succeeded', rows: 1, error: null })
}

/** Watches the backends of a run, until it is told to end; then no job may have had two at once, nor the run more than two. */
export function watchBackends(installation: Installation): { expectTwoAtMost(): Promise<void> } {
  const doubled = new Set<string>()
  let mostAtOnce = 0
  let watching = true
  const look = async (): Promise<void> => {
    while (watching) {
      const { rows } = await installation.target.query<{ job: string; backends: number }>(
        `SELECT split_part(application_name, ':', 4) AS job, count(*)::int AS backends FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'qp:%' AND state = 'active' AND query LIKE 'COPY%'
         GROUP BY 1`,
      )
      for (const { job, backends } of rows) if (backends > 1) doubled.add(job)
      const atOnce = rows.reduce((sum, { backends }) => sum + backends, 0)
      mostAtOnce = Math.max(mostAtOnce, atOnce)
    }
  }
  const looking = look()
  // A test that fails does not ask; then nobody else is to hear that the database has gone.
  looking.catch(() => {})
  onTestFinished(() => {
    watching = false
  })
  return {
    expectTwoAtMost: async () => {
      watching = false
      await looking
      expect([...doubled], 'jobs with two backends at once').toEqual([])
      expect(mostAtOnce, 'backends of the run at once').toBeLessThanOrEqual(2)
    },
  }
}
