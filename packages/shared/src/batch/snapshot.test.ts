import { describe, expect, it } from 'vitest'
import { parseBatch } from './parse-batch.ts'
import { refuseWritesInSnapshot } from './snapshot-writes.ts'

const read = (sql: string) => parseBatch(Buffer.from(sql), 'batch.sql')

describe('what the queries of a batch see', () => {
  it('is said by the batch, or by nobody', async () => {
    expect((await read('-- snapshot: shared\n-- name: a\nselect 1;')).snapshot).toBe('shared')
    expect((await read('-- snapshot: own\n-- name: a\nselect 1;')).snapshot).toBe('own')
    expect((await read('-- name: a\nselect 1;')).snapshot).toBeNull()
  })

  it('is nothing that a query can say, nor any other word', async () => {
    await expect(read('-- name: a\n-- snapshot: shared\nselect 1;')).rejects.toThrow(/is an option of the batch/)
    await expect(read('-- snapshot: share\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `shared`\?/)
    await expect(read('-- snapshot shared\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `snapshot: shared`\?/)
    await expect(read('-- snapshit: shared\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `snapshot:`\?/)
  })

  it('cannot be one snapshot where a query writes', async () => {
    const { queries } = await read('-- name: a\nselect 1;\n-- name: b\nselect 2;')
    expect(() => refuseWritesInSnapshot({ file: 'batch.sql', queries })).not.toThrow()
    const writing = queries.map((query) => ({ ...query, effect: 'write' as const }))
    expect(() => refuseWritesInSnapshot({ file: 'batch.sql', queries: writing })).toThrow(
      /`a` writes, so the batch cannot have a shared snapshot\. \(and 1 more\)/,
    )
  })
})
