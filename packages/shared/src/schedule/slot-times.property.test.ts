import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotAt, slotsOfIntervals } from './intervals.ts'
import { nextTime, previousTime, timesBetween } from './slot-times.ts'

// Zones whose clocks change by an hour or half an hour, at midnight, not at all, or that lie parts of an hour apart.
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Beirut',
  'UTC',
]
const numbers = (most: number) => fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 3 })
const timing = fc.record({
  timezone: fc.constantFrom(...zones),
  minutes: numbers(59),
  hours: numbers(23),
  isStepped: fc.boolean(),
})
// All changes of 2026 and some quiet days.
const day = fc.integer({ min: 0, max: 364 }).map((n) => Date.UTC(2026, 0, 1) + n * 86_400_000)

interface Wanted {
  readonly timezone: string
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly isStepped: boolean
}

function cronOf({ minutes, hours, isStepped }: Wanted): string {
  // A step has a schedule run by the clock; this one names each hour that the list names.
  return `${minutes.join(',')} ${isStepped ? hours.map((hour) => `${hour}-${hour}/1`).join(',') : hours.join(',')} * * *`
}

/** By looking at the clock of the zone each minute, as docs/schedules.md says it. */
function timesByClock({ timezone, minutes, hours, isStepped }: Wanted, fromMs: number, untilMs: number): string[] {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  const isWanted = (shown: string): boolean => {
    const [hour = 0, minute = 0] = shown.slice(11).split(':').map(Number)
    return minutes.includes(minute) && hours.includes(hour)
  }
  const found: string[] = []
  let latest = clock.format(fromMs - 86_400_000)
  for (let ms = fromMs - 86_400_000; ms <= untilMs; ms += 60_000) {
    const shown = clock.format(ms)
    const isTime = isStepped ? isWanted(shown) : minutesBetween(latest, shown).some(isWanted)
    if (isTime && ms > fromMs) found.push(new Date(ms).toISOString())
    if (shown > latest) latest = shown
  }
  return found
}

/** What a clock without changes would show after one time and up to another; none if that is not later. */
function minutesBetween(after: string, until: string): string[] {
  const shown: string[] = []
  for (let ms = Date.parse(`${after}Z`) + 60_000; ms <= Date.parse(`${until}Z`); ms += 60_000)
    shown.push(new Date(ms).toISOString().slice(0, 16).replace('T', ' '))
  return shown
}

test('the times of any expression are those at which the clock of its zone shows them', () => {
  fc.assert(
    fc.property(timing, day, (wanted, fromMs) => {
      const untilMs = fromMs + 2 * 86_400_000
      const cron = { cron: cronOf(wanted), timezone: wanted.timezone }
      const found = [...timesBetween(cron, new Date(fromMs), new Date(untilMs))].map((at) => at.toISOString())
      expect(found).toEqual(timesByClock(wanted, fromMs, untilMs))
    }),
    { numRuns: 400 },
  )
})

test('the same where clocks change, in each zone', () => {
  const changes = ['2026-03-07', '2026-03-08', '2026-03-28', '2026-03-29', '2026-04-04', '2026-09-05', '2026-09-26']
  const days = [...changes, '2026-10-03', '2026-10-24', '2026-10-31', '2026-02-14', '2026-03-21'].map((date) =>
    Date.parse(date),
  )
  fc.assert(
    fc.property(timing, fc.constantFrom(...days), (wanted, fromMs) => {
      const untilMs = fromMs + 2 * 86_400_000
      const cron = { cron: cronOf(wanted), timezone: wanted.timezone }
      const found = [...timesBetween(cron, new Date(fromMs), new Date(untilMs))].map((at) => at.toISOString())
      expect(found).toEqual(timesByClock(wanted, fromMs, untilMs))
    }),
    { numRuns: 400 },
  )
})

test('intervals follow each other without a gap, whichever way they are asked for', () => {
  fc.assert(
    fc.property(timing, day, (wanted, fromMs) => {
      const cron = { cron: cronOf(wanted), timezone: wanted.timezone }
      const [from, to] = [new Date(fromMs), new Date(fromMs + 3 * 86_400_000)]
      const slots = [...slotsOfIntervals(cron, from, to, new Date(fromMs + 30 * 86_400_000))]
      expect(slots.length).toBeGreaterThan(0)
      for (const [index, slot] of slots.entries()) {
        expect(slotAt(cron, slot.at)).toEqual(slot)
        expect(nextTime(cron, slot.intervalStart)).toEqual(slot.at)
        expect(previousTime(cron, slot.at)).toEqual(slot.intervalStart)
        if (index > 0) expect(slots[index - 1]?.at).toEqual(slot.intervalStart)
        expect(slot.intervalStart >= from && slot.intervalStart < to).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
