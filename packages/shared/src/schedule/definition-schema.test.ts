import { expect, test } from 'vitest'
import { z } from 'zod'
import { scheduleSchema } from './definition-schema.ts'

const plain = {
  cron: '0 2 * * *',
  timezone: 'UTC',
  missed: 'all',
  missedWithinMs: 86_400_000,
  overlap: 'skip',
  jitterMs: 0,
  start: null,
  end: null,
  pauseAfterFailures: null,
}

test('a cron expression alone is a schedule with every default', () => {
  expect(scheduleSchema.parse('0 2 * * *')).toEqual(plain)
  expect(scheduleSchema.parse({ cron: '0 2 * * *' })).toEqual(plain)
})

test('instants without an offset are by the clock of the time zone', () => {
  const { start, end } = scheduleSchema.parse({
    cron: '0 2 * * *',
    timezone: 'Europe/Berlin',
    start: '2026-07-01',
    end: '2026-12-31T23:59:59Z',
  })
  expect(start).toEqual(new Date('2026-06-30T22:00:00Z'))
  expect(end).toEqual(new Date('2026-12-31T23:59:59Z'))
})

test.each([
  ['0 0 30 2 *', /there is no such time/],
  ['* * * * * *', /1\.0 s apart/],
  ['0 2 * *', /4 fields/],
  ['', /no field/],
  ['61 * * * *', /invalid value for minute: 61/],
  ['? 2 * * *', /`\?`/],
  ['@daily', /1 field/],
  ['2026-01-01T00:00:00', /1 field/],
  [`0 2 * * ${'1,'.repeat(100)}1`, /characters/],
])('the cron expression %j is refused', (cron, pattern) => {
  const parsed = scheduleSchema.safeParse(cron)
  expect(parsed.error?.issues).toEqual([expect.objectContaining({ path: [], message: expect.stringMatching(pattern) })])
})

test('everything that is wrong with a map is told, each with its key', () => {
  const parsed = scheduleSchema.safeParse({ cron: '0 2 * *', jitter: '2h', overlap: 'no', missd: 'all' })
  expect(parsed.error?.issues.map(({ path, code }) => [path.join('.'), code])).toEqual([
    ['overlap', 'invalid_value'],
    ['jitter', 'custom'],
    ['', 'unrecognized_keys'],
  ])
})

test.each([
  [{ timezone: 'Europe/Berln' }, 'timezone', /Did you mean `Europe\/Berlin`/],
  [{ timezone: '+02:00' }, 'timezone', /none of that name/],
  [{ start: '2026-02-30' }, 'start', /instant/],
  [{ start: '2026-02-02', end: '2026-02-01' }, 'end', /before `start`/],
  [{ cron: '*/10 * * * *', jitter: '10m' }, 'jitter', /10 min 00 s apart/],
])('%j is refused at its key', (given, key, pattern) => {
  const parsed = scheduleSchema.safeParse({ cron: '0 2 * * *', ...given })
  expect(parsed.error?.issues).toEqual([
    expect.objectContaining({ path: [key], message: expect.stringMatching(pattern) }),
  ])
})

test('its JSON Schema has a text and a map with every key described', () => {
  const schema = z.toJSONSchema(z.object({ schedule: scheduleSchema }), { io: 'input' })
  const { anyOf } = (schema.properties as { schedule: { anyOf: { properties?: Record<string, object> }[] } }).schedule
  expect(Object.keys(anyOf[1]?.properties ?? {})).toContain('missedWithin')
})
