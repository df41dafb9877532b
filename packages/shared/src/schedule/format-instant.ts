import { offsetAt } from './clock-offset.ts'

/** An instant as the clock of a zone shows it, with its offset: `2026-01-31T02:30+01:00`; seconds where they are not 0. */
export function formatInstant(at: Date, timezone: string): string {
  const offsetMs = offsetAt(timezone, at.getTime())
  const shown = new Date(at.getTime() + offsetMs).toISOString().slice(0, 19).replace(/:00$/, '')
  if (offsetMs === 0) return `${shown}Z`
  const minutes = Math.abs(offsetMs) / 60_000
  const parts = [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((part) => String(part).padStart(2, '0'))
  return `${shown}${offsetMs < 0 ? '-' : '+'}${parts.join(':')}`
}
