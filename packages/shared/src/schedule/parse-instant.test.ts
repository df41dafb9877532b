import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatInstant } from './format-instant.ts'
import { parseInstant } from './parse-instant.ts'

test.each([
  ['2026-01-31', 'UTC', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31', 'Asia/Kathmandu', '2026-01-30T18:15:00.000Z'],
  ['2026-07-01T02:30', 'Europe/Berlin', '2026-07-01T00:30:00.000Z'],
  ['2026-07-01 02:30:15.5', 'Europe/Berlin', '2026-07-01T00:30:15.500Z'],
  ['2026-07-01T02:30Z', 'Europe/Berlin', '2026-07-01T02:30:00.000Z'],
  ['2026-07-01T02:30-03:30', 'Europe/Berlin', '2026-07-01T06:00:00.000Z'],
  // Twice: the first time. Left out: as much later.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('%s by the clock of %s is %s', (text, timezone, iso) => {
  expect(parseInstant(text, timezone)?.toISOString()).toBe(iso)
})

test.each([
  '',
  'noon',
  '2026-02-30',
  '2026-13-01',
  '2026-1-1',
  '2026-01-01T24:00',
  '2026-01-01T10:60',
  '2026-01-01T10',
  '1e9',
])('%j is no instant', (text) => {
  expect(parseInstant(text, 'Europe/Berlin')).toBeNull()
})

test('what is shown of an instant in any zone is read as the same instant', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Asia/Kathmandu']
  const seconds = fc.integer({ min: Date.UTC(1971, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 })
  fc.assert(
    fc.property(seconds, fc.constantFrom(...zones), (second, zone) => {
      const at = new Date(second * 1000)
      expect(parseInstant(formatInstant(at, zone), 'UTC')).toEqual(at)
    }),
  )
})
