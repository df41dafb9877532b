/** How far the clock of a zone is ahead of UTC at an instant, in ms. */
export function offsetAt(timezone: string, ms: number): number {
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
