import { formatDuration } from '../duration/index.ts'
import { nextTime, openCron, type Timing } from './slot-times.ts'

/** Slots are at least so far apart: an overseer looks about once each second, and each slot is a run. */
export const shortestGapMs = 5000

// Enough to see all seconds of a minute, and the ends of two minutes, hours and days beside each other.
const timesLooked = 120
const longestCron = 200

/** Why a text is not a cron expression for a schedule, to be read after "must be …, but"; null: it is one. */
export function refuseCron(timing: Timing): string | null {
  const { cron } = timing
  if (cron.length > longestCron) return `it has more than ${longestCron} characters`
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6)
    return `it has ${fields[0] === '' ? 'no' : fields.length} ${fields.length === 1 ? 'field' : 'fields'}`
  if (cron.includes('?')) return '`?` is not a value; write `*`'
  try {
    openCron(timing)
  } catch (thrown) {
    return reasonOf(thrown)
  }
  return refuseTimes(timing)
}

/** The shortest time between two of the next times, in ms; null: there is at most one. */
export function shortestGap(timing: Timing): number | null {
  const times = openCron(timing)
    .nextRuns(timesLooked)
    .map((at) => at.getTime())
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  return gaps.length === 0 ? null : Math.min(...gaps)
}

function refuseTimes(timing: Timing): string | null {
  if (nextTime(timing, new Date()) === null) return 'there is no such time'
  const gapMs = shortestGap(timing)
  if (gapMs === null || gapMs >= shortestGapMs) return null
  return `its times are ${formatDuration(gapMs)} apart, and must be ${formatDuration(shortestGapMs)} apart or more`
}

/** What the library says of it, without its own name. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const reason = message.replace(/^\w+: /, '').replace(/\.$/, '')
  return reason.charAt(0).toLowerCase() + reason.slice(1)
}
