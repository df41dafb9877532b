import { describe, expect, it } from 'vitest'
import type { BoundQuery } from './batch.ts'
import { defineQueries } from './define-queries.ts'
import { identityOf } from './identity-of.ts'
import { parseBatch } from './parse-batch.ts'
import { refuseCacheInSnapshot } from './snapshot-cache.ts'

const read = (sql: string) => parseBatch(Buffer.from(sql), 'batch.sql')
const cacheOf = async (sql: string) => (await read(sql)).queries.map(({ cacheMs }) => cacheMs)

describe('whether queries that are the same run once', () => {
  it('is said by the batch, or by nobody', async () => {
    expect((await read('-- identical: once\n-- name: a\nselect 1;')).identical).toBe('once')
    expect((await read('-- identical: each\n-- name: a\nselect 1;')).identical).toBe('each')
    expect((await read('-- name: a\nselect 1;')).identical).toBeNull()
  })

  it('is nothing that a query can say, nor any other word', async () => {
    await expect(read('-- name: a\n-- identical: once\nselect 1;')).rejects.toThrow(/is an option of the batch/)
    await expect(read('-- identical: onces\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `once`\?/)
    await expect(read('-- identical once\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `identical: once`\?/)
    await expect(read('-- identicel: once\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `identical:`\?/)
  })

  it('is a matter of the database, the SQL, the values and the limits, not of the name', async () => {
    const of = async (query: Parameters<typeof defineQueries>[0][number], where: string | null = 'd') => {
      const [bound] = await defineQueries([query])
      return identityOf(bound as BoundQuery, [where])
    }
    const sql = 'select :n'
    const one = await of({ sql, params: { n: 1 } })
    expect(await of({ name: 'other', sql, params: { n: 1 }, tags: ['t'], cacheMs: 1 })).toBe(one)
    const others = await Promise.all([
      of({ sql, params: { n: 1 } }, 'e'),
      of({ sql, params: { n: 2 } }),
      of({ sql, params: { n: { type: 'bigint', value: 1 } } }),
      of({ sql, params: { n: 1 }, timeoutMs: 1000 }),
      of({ sql, params: { n: 1 }, retries: 0 }),
      of({ sql, params: { n: 1 }, maxRows: 5 }),
      of({ sql, params: { n: 1 }, maxBytes: 5 }),
      of({ sql: 'select  :n', params: { n: 1 } }),
    ])
    expect(new Set([one, ...others]).size).toBe(9)
  })
})

describe('for how long the result of a run before will do', () => {
  it('is said by the query, or by the batch for all of its reads', async () => {
    expect(await cacheOf('-- cache: 1h\n-- name: a\nselect 1;\n-- name: b\n-- cache: 10m\nselect 2;')).toEqual([
      3_600_000, 600_000,
    ])
    expect(await cacheOf('-- cache: 1h\n-- name: a\n-- cache: none\nselect 1;')).toEqual([null])
    expect(await cacheOf('-- cache: 1h\n-- name: a\n-- effect: write\ndelete from t;')).toEqual([null])
    expect(await cacheOf('-- name: a\nselect 1;')).toEqual([null])
  })

  it('is a duration', async () => {
    await expect(read('-- name: a\n-- cache: yes\nselect 1;')).rejects.toThrow(/`yes` is not a duration/)
    await expect(read('-- name: a\n-- cache: 0s\nselect 1;')).rejects.toThrow(/`0s` is not between 1ms and 24d/)
    await expect(read('-- name: a\n-- cache: 100d\nselect 1;')).rejects.toThrow(/is not between|is not a duration/)
    await expect(read('-- name: a\n-- cache 1h\nselect 1;')).rejects.toThrow(/Did you mean `cache: 1h`\?/)
    await expect(read('-- name: a\n-- cached: 1h\nselect 1;')).rejects.toThrow(/Did you mean `cache:`\?/)
    await expect(read('-- cache: 1h\n-- cache: 2h\n-- name: a\nselect 1;')).rejects.toThrow(/`cache` is set twice/)
  })

  it('is refused of a query that writes, at the place where it is said', async () => {
    await expect(read('-- name: a\n-- cache: 1h\n-- effect: write\ndelete from t;')).rejects.toMatchObject({
      faults: [{ code: 'QP_CACHE_WRITES', place: { file: 'batch.sql', line: 2, column: 1 } }],
    })
    await expect(read('-- name: a\n-- cache: none\n-- effect: write\ndelete from t;')).resolves.toBeDefined()
    const write = { sql: 'delete from t', effect: 'write' as const, cacheMs: 1000 }
    await expect(defineQueries([write])).rejects.toMatchObject({ faults: [{ code: 'QP_CACHE_WRITES' }] })
  })

  it('does not go with a shared snapshot, and `identical: once` does', async () => {
    await expect(
      read('-- snapshot: shared\n-- name: a\n-- cache: 1h\nselect 1;\n-- name: b\nselect 2;'),
    ).rejects.toMatchObject({ faults: [{ code: 'QP_SNAPSHOT_CACHE', place: { line: 4, column: 1 } }] })
    await expect(read('-- snapshot: shared\n-- identical: once\n-- name: a\nselect 1;')).resolves.toBeDefined()
    const batch = await read('-- name: a\n-- cache: 1h\nselect 1;')
    expect(() => refuseCacheInSnapshot(batch)).toThrow(/`a` may take the result of a run before/)
    const query = { sql: 'select 1', cacheMs: 1000 }
    await expect(defineQueries([query], 0, 'shared')).rejects.toMatchObject({ faults: [{ code: 'QP_SNAPSHOT_CACHE' }] })
  })

  it('is a default that a program can give for its reads', async () => {
    const queries = ['select 1', { sql: 'select 2', cacheMs: 5 }, { sql: 'delete from t', effect: 'write' as const }]
    const defined = await defineQueries(queries, 0, 'own', 7)
    expect(defined.map(({ cacheMs }) => cacheMs)).toEqual([7, 5, null])
    await expect(defineQueries([{ sql: 'select 1', cacheMs: 0 }])).rejects.toThrow(/cacheMs is to be a whole number/)
  })
})
