import type { Journal } from '../journal.ts'

/** A slot of a schedule as people see it. */
export interface SlotView {
  readonly schedule: string
  readonly at: Date
  readonly intervalStart: Date
  /** waiting, running, skipped, or how its last run ended. */
  readonly state: string
  /** The code of why it was skipped, or could not be run. */
  readonly reason: string | null
  readonly origin: 'schedule' | 'trigger' | 'backfill'
  readonly backfill: string | null
  readonly run: string | null
  /** How many runs it has had. */
  readonly runs: number
  /** The version of the file that its last run used. */
  readonly version: number | null
}

const columns = `s.schedule, s.at, s.interval_start AS "intervalStart", s.state, s.reason, s.origin, s.backfill, s.run,
  (SELECT count(*)::int FROM querypool.slot_run t WHERE t.schedule = s.schedule AND t.at = s.at) AS runs,
  (SELECT version FROM querypool.slot_run t WHERE t.run = s.run) AS version`

/** The slots of a schedule whose time has come, the latest first. */
export async function readSlots(journal: Journal, schedule: string, most: number): Promise<SlotView[]> {
  const { rows } = await journal.pool.query<SlotView>(
    `SELECT ${columns} FROM querypool.slot s WHERE s.schedule = $1 ORDER BY s.at DESC LIMIT $2`,
    [schedule, most],
  )
  return rows
}

/** The slot that a run is of; null: none. */
export async function readSlotOfRun(journal: Journal, run: string): Promise<SlotView | null> {
  const { rows } = await journal.pool.query<SlotView>(
    `SELECT ${columns} FROM querypool.slot_run o JOIN querypool.slot s ON s.schedule = o.schedule AND s.at = o.at
     WHERE o.run = $1`,
    [run],
  )
  return rows[0] ?? null
}

/** The whole text of a version of a schedule's file; null: there is none. */
export async function readSource(journal: Journal, schedule: string, version: number): Promise<string | null> {
  const { rows } = await journal.pool.query<{ source: string }>(
    'SELECT source FROM querypool.schedule_version WHERE schedule = $1 AND version = $2',
    [schedule, version],
  )
  return rows[0]?.source ?? null
}
