import { expect, test } from 'vitest'
import type { Query } from './batch.ts'
import { defineQueries } from './define-queries.ts'
import { parseBatch } from './parse-batch.ts'

async function read(sql: string): Promise<Query | undefined> {
  return (await parseBatch(Buffer.from(sql), 'batch.sql')).queries[0]
}

test('a query has the limits of its result from its own lines, else from those of its batch, else none', async () => {
  const batch = '-- maxRows: 1000000\n-- maxBytes: 2GB\n-- name: a\n'
  expect(await read(`${batch}select 1;`)).toMatchObject({ maxRows: 1_000_000, maxBytes: 2e9 })
  expect(await read(`${batch}-- maxRows: 0\n-- maxBytes: 10KiB\nselect 1;`)).toMatchObject({
    maxRows: 0,
    maxBytes: 10_240,
  })
  expect(await read('-- name: a\nselect 1;')).toMatchObject({ maxRows: null, maxBytes: null })
})

test.each([
  ['maxRows: 1.5', /`1.5` is not a whole number from 0/],
  ['maxRows: -1', /is not a whole number/],
  ['maxRows: 10000000000000000', /is not a whole number/],
  ['maxBytes: 1000', /is not a size; write one as 500MB/],
  ['maxBytes: 0B', /is not between 1B and 1000TB/],
  ['maxBytes: 1001TB', /is not between 1B and 1000TB/],
  ['max_rows: 5', /Did you mean `maxRows:`/],
  ['maxrows: 5', /Did you mean `maxRows:`/],
  ['max rows: 5', /Did you mean `maxRows:`/],
  ['maxRows 5', /Did you mean `maxRows: 5`/],
  ['maxBytes = 5MB', /Did you mean `maxBytes: 5MB`/],
])('`-- %s` is refused with what to write', async (line, message) => {
  await expect(read(`-- name: a\n-- ${line}\nselect 1;`)).rejects.toThrow(message)
})

test('a program gives them as numbers', async () => {
  const [query] = await defineQueries([{ sql: 'select 1', maxRows: 0, maxBytes: 1 }])
  expect(query).toMatchObject({ maxRows: 0, maxBytes: 1 })
  await expect(defineQueries([{ sql: 'select 1', maxRows: -1 }])).rejects.toThrow(
    /maxRows is to be a whole number from 0/,
  )
  await expect(defineQueries([{ sql: 'select 1', maxBytes: 0 }])).rejects.toThrow(
    /maxBytes is to be a whole number from 1/,
  )
})
