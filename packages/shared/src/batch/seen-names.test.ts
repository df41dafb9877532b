import { expect, test } from 'vitest'
import { SeenNames } from './seen-names.ts'

test('a name that comes again is found with its line, in other case too', () => {
  const names = new SeenNames()
  expect(names.add('by_day', 3)).toBeNull()
  expect(names.add('by_month', 5)).toBeNull()
  expect(names.add('by_day', 9)).toEqual({ name: 'by_day', line: 3 })
  expect(names.add('BY_Month', 11)).toEqual({ name: 'by_month', line: 5 })
  expect(names.add('BY_Month', 12)).toEqual({ name: 'by_month', line: 5 })
})

test('of a hundred thousand names each is found again, and no other one', () => {
  const names = new SeenNames()
  const count = 100_000
  for (let n = 0; n < count; n++) expect(names.add(`Query_${n}`, n + 1)).toBeNull()
  for (let n = 0; n < count; n += 997) expect(names.add(`query_${n}`, 0)).toEqual({ name: `Query_${n}`, line: n + 1 })
})
