const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const

const pattern =
  /^(?=\d)(?:(\d+) ?d)? ?(?:(\d+) ?h)? ?(?:(\d+) ?m(?:in)?(?!s))? ?(?:(\d+(?:\.\d{1,3})?) ?s)? ?(?:(\d+) ?ms)?$/

/**
 * A duration as people write it, `30s`, `5m`, `1h30m`, `1.5s`, `1500ms`, `2d`, in milliseconds. Units go from large to
 * small, each once; a number without a unit says nothing. Null when `text` isn't one, or is more than a number can hold.
 */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim())
  if (match === null) return null
  const [, days, hours, minutes, seconds, milliseconds] = match
  const totalMs =
    Number(days ?? 0) * unitMs.d +
    Number(hours ?? 0) * unitMs.h +
    Number(minutes ?? 0) * unitMs.m +
    Math.round(Number(seconds ?? 0) * unitMs.s) +
    Number(milliseconds ?? 0)
  return Number.isSafeInteger(totalMs) ? totalMs : null
}
