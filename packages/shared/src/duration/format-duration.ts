const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A duration in ms for people: `850 ms`, `8.0 s`, `3 min 20 s`, `1 h 05 min`, `2 d 03 h`. */
export function formatDuration(ms: number): string {
  const rounded = Math.max(0, Math.round(ms))
  if (rounded < secondMs) return `${rounded} ms`
  if (rounded < 59_950) return `${(rounded / secondMs).toFixed(1)} s`
  if (rounded < hourMs - secondMs / 2) return pair(rounded, minuteMs, 'min', secondMs, 's')
  if (rounded < dayMs - minuteMs / 2) return pair(rounded, hourMs, 'h', minuteMs, 'min')
  return pair(rounded, dayMs, 'd', hourMs, 'h')
}

function pair(ms: number, largeMs: number, largeUnit: string, smallMs: number, smallUnit: string): string {
  const small = Math.round(ms / smallMs)
  const perLarge = largeMs / smallMs
  return `${Math.floor(small / perLarge)} ${largeUnit} ${String(small % perLarge).padStart(2, '0')} ${smallUnit}`
}
