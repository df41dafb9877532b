import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDate, readInstant, readTime } from './calendar.ts'

const day = 86_400_000

describe('a date of PostgreSQL', () => {
  test('is the day that Date counts, for all years that Date has', () => {
    const anyDay = fc.integer({ min: -100_000_000, max: 100_000_000 })
    fc.assert(
      fc.property(anyDay, (days) => {
        const date = new Date(days * day)
        const year = date.getUTCFullYear()
        const [shown, era] = year > 0 ? [year, ''] : [1 - year, ' BC']
        const rest = date.toISOString().slice(-20, -14)
        expect(readDate(`${String(shown).padStart(4, '0')}${rest}${era}`)).toBe(days)
      }),
      { numRuns: 2000 },
    )
  })

  test('may be far beyond them; infinity is none', () => {
    expect(readDate('5874897-12-31')).toBe(2_145_042_905)
    expect(readDate('4713-01-01 BC')).toBe(-2_440_550)
    expect(readDate('infinity')).toBeNull()
  })
})

describe('a timestamp of PostgreSQL', () => {
  test('is counted in microseconds, before and after 1970', () => {
    expect(readInstant('1970-01-01 00:00:00.000001+00')).toBe(1n)
    expect(readInstant('1969-12-31 23:59:59.9')).toBe(-100_000n)
    expect(readInstant('0001-12-31 23:59:59.999999+00 BC')).toBe(-62_135_596_800_000_001n)
  })

  test('of infinity, or of another time zone, is none', () => {
    expect(readInstant('-infinity')).toBeNull()
    expect(readInstant('2026-11-23 13:00:00+01')).toBeNull()
  })
})

test('a time may be the end of the day', () => {
  expect(readTime('24:00:00')).toBe(86_400_000_000)
  expect(readTime('00:00:00.05')).toBe(50_000)
  expect(readTime('13:00:00+02')).toBeNull()
})
