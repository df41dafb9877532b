import { createHash } from 'node:crypto'

/** A schedule of the simulation. Its times stand here twice: as cron has them, and as sets. */
export interface SimulatedSchedule {
  readonly name: string
  readonly cron: string
  readonly timezone: string
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  /** 0 is Sunday; none: each day. */
  readonly weekdays?: readonly number[]
  /** Whether it runs by the clock: each time that the clock shows one of its times. */
  readonly byClock: boolean
  readonly missed: 'all' | 'latest' | 'none'
  readonly missedWithinHours: number
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'allow'
  readonly pauseAfterFailures: number | null
  readonly start: Date | null
  readonly end: Date | null
}

/** What happens in the simulation. */
export type Happening =
  | { readonly at: Date; readonly what: 'tick' }
  | { readonly at: Date; readonly what: 'pause' | 'resume'; readonly schedule: string }

/** What the model says of a slot. */
export interface ExpectedSlot {
  readonly at: Date
  /** Null: it has not begun. */
  startedAt: Date | null
  /** The code of why it was skipped; null: it was not. */
  skipped: string | null
}

const stepMs = 15 * 60_000

/** How long the run of a slot takes, and how it ends: as good as random, and always the same. */
export function fateOf(schedule: string, at: Date): { readonly ms: number; readonly state: 'succeeded' | 'failed' } {
  const bytes = createHash('md5').update(`${schedule} ${at.getTime()} fate`).digest()
  const [length = 0, part = 0, luck = 0] = bytes
  // One of sixteen takes up to forty hours, others up to an hour.
  const hours = length < 16 ? 1 + (39 * part) / 256 : part / 256
  return { ms: Math.round(hours * 3_600_000), state: luck < 40 ? 'failed' : 'succeeded' }
}

/**
 * The slots of a schedule, found by looking at the clock of its zone every quarter of an hour. By the clock: whenever it
 * shows one of the times. Else each time of each day, at the first instant at which the clock shows it or a later one.
 */
export function findSlots(schedule: SimulatedSchedule, from: Date, until: Date): Date[] {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: schedule.timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const slots: Date[] = []
  let latestShown = clock.format(from.getTime() - stepMs)
  for (let ms = from.getTime(); ms <= until.getTime(); ms += stepMs) {
    const shown = clock.format(ms)
    const isSlot = schedule.byClock ? isWanted(schedule, shown) : passesWanted(schedule, latestShown, shown)
    const isWithin = (schedule.start?.getTime() ?? ms) <= ms && ms <= (schedule.end?.getTime() ?? ms)
    if (isSlot && isWithin) slots.push(new Date(ms))
    if (shown > latestShown) latestShown = shown
  }
  return slots
}

function isWanted({ minutes, hours, weekdays }: SimulatedSchedule, shown: string): boolean {
  const [day = '', time = ''] = shown.split(' ')
  const [hour, minute] = time.split(':').map(Number)
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return minutes.includes(minute ?? -1) && hours.includes(hour ?? -1) && (weekdays?.includes(weekday) ?? true)
}

/** Whether a wanted time lies behind one that the clock has shown, up to the one that it shows now. */
function passesWanted(schedule: SimulatedSchedule, before: string, shown: string): boolean {
  for (let at = Date.parse(`${before.replace(' ', 'T')}:00Z`) + stepMs; ; at += stepMs) {
    const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ')
    if (time > shown) return false
    if (isWanted(schedule, time)) return true
  }
}

/** What becomes of the slots of a schedule, by the words of docs/schedules.md. */
export function expectSlots(
  schedule: SimulatedSchedule,
  slots: readonly Date[],
  happenings: readonly Happening[],
): Map<number, ExpectedSlot> {
  const expected = new Map<number, ExpectedSlot>()
  const queue: ExpectedSlot[] = []
  let going: { slot: ExpectedSlot; endsAt: number; isCancelled: boolean }[] = []
  let failures = 0
  let isPaused = false
  let undecided = [...slots]
  for (const happening of happenings) {
    const nowMs = happening.at.getTime()
    if (happening.what !== 'tick') {
      if (happening.schedule !== schedule.name) continue
      if (happening.what === 'resume' && isPaused) failures = 0
      isPaused = happening.what === 'pause'
      continue
    }
    const isOver = (run: (typeof going)[number]): boolean => run.isCancelled || run.endsAt <= nowMs
    const ended = going.filter(isOver).sort((a, b) => a.endsAt - b.endsAt)
    for (const { slot, isCancelled } of ended) {
      if (isCancelled) continue
      failures = fateOf(schedule.name, slot.at).state === 'failed' ? failures + 1 : 0
    }
    if (schedule.pauseAfterFailures !== null && failures >= schedule.pauseAfterFailures && ended.length > 0)
      isPaused = true
    going = going.filter((run) => !isOver(run))
    if (!isPaused) {
      const due = undecided.filter((at) => at.getTime() <= nowMs)
      undecided = undecided.slice(due.length)
      const wasBusy = going.length > 0 || queue.length > 0
      const older = [...queue]
      for (const [index, at] of due.entries()) {
        const slot: ExpectedSlot = { at, startedAt: null, skipped: null }
        expected.set(at.getTime(), slot)
        const lateMs = nowMs - at.getTime()
        if (lateMs <= 60_000) {
          if (wasBusy && schedule.overlap === 'skip') slot.skipped = 'QP_SLOT_OVERLAP'
          if (wasBusy && schedule.overlap === 'cancel-previous') {
            for (const one of older) one.skipped = 'QP_SLOT_SUPERSEDED'
            for (const one of older) queue.splice(queue.indexOf(one), 1)
            for (const run of going) run.isCancelled = true
          }
        } else if (schedule.missed === 'none') slot.skipped = 'QP_SLOT_MISSED'
        else if (schedule.missed === 'latest' && index < due.length - 1) slot.skipped = 'QP_SLOT_MISSED'
        else if (lateMs > schedule.missedWithinHours * 3_600_000) slot.skipped = 'QP_SLOT_TOO_LATE'
        if (slot.skipped === null) queue.push(slot)
      }
    }
    while (!isPaused && queue.length > 0 && (schedule.overlap === 'allow' || going.length === 0)) {
      const slot = queue.shift() as ExpectedSlot
      slot.startedAt = happening.at
      going.push({ slot, endsAt: nowMs + fateOf(schedule.name, slot.at).ms, isCancelled: false })
    }
  }
  return expected
}
