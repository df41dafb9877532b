import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scheduleSchema } from './definition-schema.ts'
import { nextTime } from './slot-times.ts'

const part = fc.oneof(
  fc.constantFrom(
    '*',
    '*/5',
    '?',
    'L',
    '#',
    'MON',
    'FRI#2',
    '15W',
    '1-5',
    '5-1',
    '0',
    '59',
    '60',
    '-1',
    '1,2',
    ',',
    '/',
    '+1',
    '99999999999',
  ),
  fc.string({ maxLength: 6 }),
)
const cron = fc.oneof(
  fc.array(part, { minLength: 3, maxLength: 8 }).map((parts) => parts.join(' ')),
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer().map(String),
)
const anything = fc.oneof(cron, fc.anything(), fc.constantFrom('UTC', 'Europe/Berlin', '24h', '2026-02-29', 'null'))

test('whatever stands there is a schedule that fires, or is refused with a sentence', () => {
  fc.assert(
    fc.property(cron, (given) => {
      const parsed = scheduleSchema.safeParse(given)
      if (parsed.success) expect(nextTime(parsed.data, new Date('2026-01-01'))).not.toBeNull()
      else
        for (const issue of parsed.error.issues) {
          expect(issue.path).toEqual([])
          expect(issue.message).toMatch(/^must be a cron expression of five or six fields/)
        }
    }),
    { numRuns: 3000 },
  )
})

test('maps of anything are refused without a crash', () => {
  const keys = [
    'cron',
    'timezone',
    'missed',
    'missedWithin',
    'overlap',
    'jitter',
    'start',
    'end',
    'pauseAfterFailures',
    'x',
  ]
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), anything), (given) => {
      const parsed = scheduleSchema.safeParse({ cron: '0 2 * * *', ...given })
      if (!parsed.success) expect(parsed.error.issues.length).toBeGreaterThan(0)
    }),
    { numRuns: 3000 },
  )
})
