/** What becomes of slots that nobody looked at when their time came: each is made up for, or the latest only, or none. */
export type MissedPolicy = 'all' | 'latest' | 'none'

/** What becomes of a slot whose time comes while a run of an earlier one is not over. */
export type OverlapPolicy = 'skip' | 'queue' | 'cancel-previous' | 'allow'

/** When a batch runs: what its file says under `schedule`. */
export interface ScheduleDefinition {
  /** Five or six fields, as it is written. */
  readonly cron: string
  /** The IANA name of the time zone whose clock the cron fields mean. */
  readonly timezone: string
  readonly missed: MissedPolicy
  /** How late a missed slot is still made up for, in ms. */
  readonly missedWithinMs: number
  readonly overlap: OverlapPolicy
  /** A slot begins up to so much later than its time, in ms: how much is the same each time it is asked for. */
  readonly jitterMs: number
  /** No slot is before it; null: from when it is installed. */
  readonly start: Date | null
  /** No slot is after it; null: there is always another one. */
  readonly end: Date | null
  /** It is paused when so many of its slots in turn have not succeeded; null: never. */
  readonly pauseAfterFailures: number | null
}
