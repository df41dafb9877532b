import { describe, expect, test } from 'vitest'
import { parquetColumn } from './parquet-column.ts'

const read = (type: string, text: string): unknown => parquetColumn({ name: 'n', type }).read(text)

describe('a decimal of Parquet', () => {
  test('is a whole number of its smallest digits', () => {
    expect(read('numeric(6,2)', '-1.5')).toBe(-150n)
    expect(read('numeric(6,0)', '12')).toBe(12n)
  })

  test('does not take a number with more digits than it has, so that none is cut off', () => {
    expect(read('numeric(3,2)', '9.99')).toBe(999n)
    expect(read('numeric(3,2)', '10.00')).toBeNull()
    expect(read('numeric(3,2)', '1.234')).toBeNull()
    expect(read('numeric(3,2)', 'NaN')).toBeNull()
  })

  test('is text where Parquet has no such decimal', () => {
    for (const type of ['numeric', 'numeric(39,2)', 'numeric(3,-2)', 'numeric(2,5)', 'numeric(6,2)[]'])
      expect(read(type, '1')).toBe('1')
  })
})
