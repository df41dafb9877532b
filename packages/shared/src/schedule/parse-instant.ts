const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * An instant as people write it: `2026-01-31`, `2026-01-31T02:30`, `2026-01-31 02:30:00+01:00`. Without an offset it is by
 * the clock of `timezone`; a time that occurs twice there is the first, one that is left out is as much later. Null when
 * `text` isn't one.
 */
export function parseInstant(text: string, timezone: string): Date | null {
  const match = pattern.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = match
  const fields = [year, month, day, hour, minute, second].map(Number)
  const asUtc = Date.UTC(
    fields[0] ?? 0,
    (fields[1] ?? 0) - 1,
    ...(fields.slice(2) as [number, number, number, number]),
    Number(fraction.padEnd(3, '0')),
  )
  // Date.UTC takes the 30th of February for the 2nd of March.
  const isReal = new Date(asUtc)
    .toISOString()
    .startsWith(`${year}-${month}-${day}T${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`)
  if (!isReal || (fields[5] ?? 0) > 59 || (fields[0] ?? 0) < 1970) return null
  if (offset === undefined) return atClock(asUtc, timezone)
  const offsetMs = offset === 'Z' ? 0 : readOffset(offset)
  return offsetMs === null ? null : new Date(asUtc - offsetMs)
}

function readOffset(offset: string): number | null {
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(-2))
  if (hours > 15 || minutes > 59) return null
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** The instant at which the clock of a zone shows what UTC's shows at `asUtc`. */
function atClock(asUtc: number, timezone: string): Date {
  // The offsets of a day before and after are those before and after a change that is near; the larger one comes first.
  const dayMs = 86_400_000
  const offsets = [asUtc - dayMs, asUtc + dayMs].map((ms) => offsetAt(timezone, ms)).sort((a, b) => b - a)
  const fitting = offsets.find((offsetMs) => offsetAt(timezone, asUtc - offsetMs) === offsetMs)
  return new Date(asUtc - (fitting ?? offsets[1] ?? 0))
}

/** How far the clock of a zone is ahead of UTC at an instant, in ms. */
function offsetAt(timezone: string, ms: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms)
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  const shown = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  )
  return shown - Math.floor(ms / 1000) * 1000
}
