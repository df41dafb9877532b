import type { ClockReading } from '@querypool/shared/clock'
import { type Check, ok, warn } from './check.ts'

/** The clock of a server. */
export interface NamedClock extends ClockReading {
  readonly name: string
}

const toleratedMs = 2000

/** Checks whether the clocks of this machine and of all servers agree. Null: there are none to compare. */
export function checkClocks(clocks: readonly NamedClock[]): Check | null {
  if (clocks.length === 0) return null
  const name = 'Clocks'
  const all = [...clocks, { name: 'this machine', aheadMs: 0, uncertainMs: 0 }]
  const sorted = all.toSorted((a, b) => a.aheadMs - b.aheadMs)
  const [slow, fast] = [sorted[0], sorted.at(-1)]
  if (!slow || !fast) return null
  const apartMs = fast.aheadMs - slow.aheadMs
  const surelyApartMs = apartMs - fast.uncertainMs - slow.uncertainMs
  if (surelyApartMs <= toleratedMs)
    return ok(name, `this machine and ${clocks.map((clock) => clock.name).join(', ')} agree`)
  const message = `${fast.name} is ${(apartMs / 1000).toFixed(1)} s ahead of ${slow.name}`
  return warn(
    name,
    message,
    'Let all machines take their time from NTP: times that are shown, and waits, would be wrong.',
  )
}
