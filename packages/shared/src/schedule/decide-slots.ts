import type { ScheduleDefinition } from './definition.ts'
import { jitterOf } from './jitter.ts'
import { openCron, previousTime } from './slot-times.ts'

/** Why a slot has no run. */
export type SkipReason = 'QP_SLOT_MISSED' | 'QP_SLOT_TOO_LATE' | 'QP_SLOT_OVERLAP'

/** What is known of a schedule when its slots are decided. */
export interface LedgerState {
  readonly name: string
  readonly definition: ScheduleDefinition
  /** Every slot up to this instant is decided. */
  readonly decidedUntil: Date
  /** Whether a slot of it, other than those of a backfill, waits or runs. */
  readonly hasOpen: boolean
}

/** A slot whose time has come, and what becomes of it. */
export interface DecidedSlot {
  readonly at: Date
  readonly intervalStart: Date
  /** It begins no earlier: its time and its jitter. */
  readonly notBefore: Date
  /** Null: it waits for its run. */
  readonly skipped: SkipReason | null
}

/** What becomes of the slots whose time has come. */
export interface Decisions {
  readonly slots: readonly DecidedSlot[]
  readonly decidedUntil: Date
  /** The slot after these; null: there is none. */
  readonly nextAt: Date | null
  /** Whether what waits and runs of earlier ones is to be cancelled. */
  readonly cancelsPrevious: boolean
}

/** A slot that is looked at within this time was not missed: overseers restart, and are busy. */
export const onTimeMs = 60_000

/**
 * Decides the slots of a schedule whose time has come. One that is looked at in time waits, unless the schedule skips what
 * overlaps with an earlier one. One that was missed waits if the schedule makes up for it, whatever is open: nobody was
 * there to see whether that overlaps. Slots that are found at once neither skip nor cancel each other.
 *
 * @param most how many slots are decided at most; the others are left for the next call
 */
export function decideSlots(state: LedgerState, now: Date, most: number): Decisions {
  const { definition, decidedUntil } = state
  const slots: DecidedSlot[] = []
  let nextAt = firstAfter(definition, decidedUntil)
  let intervalStart = nextAt && previousTime(definition, nextAt)
  while (nextAt !== null && nextAt <= now && slots.length < most) {
    const at = nextAt
    nextAt = firstAfter(definition, at)
    const isLatest = nextAt === null || nextAt > now
    slots.push({
      at,
      intervalStart: intervalStart ?? at,
      notBefore: new Date(at.getTime() + jitterOf(state.name, at, definition.jitterMs)),
      skipped: skipReason(state, at, now, isLatest),
    })
    intervalStart = at
  }
  const isComplete = nextAt === null || nextAt > now
  return {
    slots,
    decidedUntil: isComplete && now > decidedUntil ? now : (slots.at(-1)?.at ?? decidedUntil),
    nextAt,
    cancelsPrevious:
      definition.overlap === 'cancel-previous' &&
      slots.some(({ at, skipped }) => skipped === null && isOnTime(at, now)),
  }
}

/** The first slot after an instant; null: there is none. */
export function firstAfter({ cron, timezone, start, end }: ScheduleDefinition, after: Date): Date | null {
  const from = start !== null && start > after ? new Date(start.getTime() - 1) : after
  const at = openCron({ cron, timezone }).nextRun(from)
  return at === null || (end !== null && at > end) ? null : at
}

function skipReason(state: LedgerState, at: Date, now: Date, isLatest: boolean): SkipReason | null {
  const { missed, missedWithinMs, overlap } = state.definition
  if (isOnTime(at, now)) return overlap === 'skip' && state.hasOpen ? 'QP_SLOT_OVERLAP' : null
  if (missed === 'none' || (missed === 'latest' && !isLatest)) return 'QP_SLOT_MISSED'
  return now.getTime() - at.getTime() > missedWithinMs ? 'QP_SLOT_TOO_LATE' : null
}

function isOnTime(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() <= onTimeMs
}
