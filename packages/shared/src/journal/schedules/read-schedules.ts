import type { ScheduleDefinition } from '../../schedule/index.ts'
import type { Journal } from '../journal.ts'
import { asDefinition, type StoredDefinition } from './schedule-row.ts'

/** An installed schedule as people see it. */
export interface ScheduleView {
  readonly name: string
  readonly file: string
  readonly database: string
  readonly version: number
  readonly installedAt: Date
  readonly installedBy: string
  readonly definition: ScheduleDefinition
  /** The next slot that is to be decided; null: there is none. */
  readonly nextAt: Date | null
  readonly pausedAt: Date | null
  readonly pausedBy: string | null
  /** How many of its slots in turn have not succeeded. */
  readonly failures: number
  /** How many of its slots wait and run, those of backfills included. */
  readonly waiting: number
  readonly running: number
  /** The last slot whose time has come; null: none has. */
  readonly last: {
    readonly at: Date
    readonly state: string
    readonly reason: string | null
    readonly run: string | null
  } | null
}

interface Row extends Omit<ScheduleView, 'definition' | 'last'> {
  readonly definition: StoredDefinition
  readonly at: Date | null
  readonly state: string
  readonly reason: string | null
  readonly run: string | null
}

/** The schedules that are installed, by name. */
export async function readSchedules(journal: Journal): Promise<ScheduleView[]> {
  const { rows } = await journal.pool.query<Row>(
    `SELECT s.name, s.file, v.batch->>'database' AS database, s.version, v.installed_at AS "installedAt",
       v.installed_by AS "installedBy", v.definition, s.next_at AS "nextAt", s.paused_at AS "pausedAt",
       s.paused_by AS "pausedBy", s.failures, o.waiting, o.running, l.at, l.state, l.reason, l.run
     FROM querypool.schedule s
     JOIN querypool.schedule_version v ON v.schedule = s.name AND v.version = s.version
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
         count(*) FILTER (WHERE state = 'running')::int AS running
       FROM querypool.slot WHERE schedule = s.name AND state IN ('waiting', 'running')) o
     LEFT JOIN LATERAL (SELECT at, state, reason, run FROM querypool.slot WHERE schedule = s.name
       ORDER BY at DESC LIMIT 1) l ON true
     WHERE s.removed_at IS NULL ORDER BY s.name`,
  )
  return rows.map(({ definition, at, state, reason, run, ...rest }) => ({
    ...rest,
    definition: asDefinition(definition),
    last: at === null ? null : { at, state, reason, run },
  }))
}
