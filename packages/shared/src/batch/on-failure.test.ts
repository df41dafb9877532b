import { describe, expect, it } from 'vitest'
import { parseBatch } from './parse-batch.ts'

const read = (sql: string) => parseBatch(Buffer.from(sql), 'batch.sql')

describe('what becomes of a batch when a query fails', () => {
  it('is said by the batch, or by nobody', async () => {
    expect((await read('-- onFailure: stop\n-- name: a\nselect 1;')).onFailure).toBe('stop')
    expect((await read('-- onFailure: continue\n-- name: a\nselect 1;')).onFailure).toBe('continue')
    expect((await read('-- name: a\nselect 1;')).onFailure).toBeNull()
  })

  it.each([
    'onfailure: stop',
    'on failure: stop',
    'on-failure: stop',
    'on_failure: stop',
    'onFailiure: stop',
    'onFailure stop',
  ])('is not said by `-- %s`, and what was meant is told', async (line) => {
    await expect(read(`-- ${line}\n-- name: a\nselect 1;`)).rejects.toThrow(/Did you mean `onFailure:/)
  })

  it('is nothing that a query can say, nor any other word', async () => {
    await expect(read('-- name: a\n-- onFailure: stop\nselect 1;')).rejects.toThrow(/is an option of the batch/)
    await expect(read('-- onFailure: Stop\n-- name: a\nselect 1;')).rejects.toThrow(/Did you mean `stop`\?/)
    await expect(read('-- onFailure: abort\n-- name: a\nselect 1;')).rejects.toThrow(/`continue` or `stop`/)
  })
})
