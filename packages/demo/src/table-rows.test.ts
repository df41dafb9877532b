import { describe, expect, test } from 'vitest'
import { lowerBoundMs } from './lower-bound-ms.ts'
import { tableRows } from './table-rows.ts'

const waitsMs = [1000, 3000, 8000, 2000, 4000, 6000]

describe('the lower bound', () => {
  test('is the even share of the whole while that is longer than any query', () => {
    expect(lowerBoundMs(waitsMs, 1)).toBe(24_000)
    expect(lowerBoundMs(waitsMs, 2)).toBe(12_000)
  })

  test('is the longest query once there are workers enough', () => {
    expect(lowerBoundMs(waitsMs, 3)).toBe(8000)
    expect(lowerBoundMs(waitsMs, 5)).toBe(8000)
  })

  test('is nothing for a batch without queries', () => {
    expect(lowerBoundMs([], 3)).toBe(0)
  })
})

describe('the table of a batch', () => {
  test('compares each run with the serial one and with its bound', () => {
    const runs = [
      { workers: 1, wallMs: 24_200 },
      { workers: 3, wallMs: 10_000 },
    ]
    expect(tableRows(runs, waitsMs)).toEqual([
      ['1', '24.2 s', '1.00 ×', '24.0 s', '99 %'],
      ['3', '10.0 s', '2.42 ×', '8.0 s', '80 %'],
    ])
  })
})
