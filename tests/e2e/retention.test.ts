import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { connectRedis, keyPrefix } from '@querypool/shared/queue'
import { Queue } from 'bullmq'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createService, type Service } from './create-service.ts'

const deadline = { timeout: 120_000, interval: 200 }

let service: Service

beforeAll(async () => {
  service = await createService({ rest: 'retention:\n  runs: 30d' })
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '4')
})
afterAll(() => service?.dispose())

async function run(queries: number): Promise<string> {
  const sql = Array.from({ length: queries }, (_, n) => `-- name: q${n}\nselect ${n} as n;\n`).join('')
  const file = await service.batchFile(sql)
  const finished = await service.querypool(['run', file, '--database', 'main', '--json'])
  return (JSON.parse(finished.stdout) as { runId: string }).runId
}

test('overseers remove a run that ended long ago, and leave the others alone', async () => {
  const [old, young] = [await run(3), await run(3)]
  await service.journal.query(`UPDATE querypool.run SET finished_at = now() - interval '31 days' WHERE id = $1`, [old])
  // It looks at once when it starts.
  await service.startOverseer()
  await vi.waitFor(async () => {
    const { rows } = await service.journal.query('SELECT id FROM querypool.run')
    expect(rows).toEqual([{ id: young }])
  }, deadline)
  expect(existsSync(join(service.resultsFolder, old))).toBe(false)
  expect(await service.querypool(['results', old])).toMatchObject({ status: 2 })
  expect(await service.querypool(['results', young, 'q1'])).toMatchObject({ status: 0, stdout: 'n\n1\n' })
})

test('the jobs of a small run can still be looked at when a large one came after it, whose own jobs are gone', async () => {
  const [small, large] = [await run(5), await run(501)]
  const { rows } = await service.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
  const connection = connectRedis(service.redisUrl)
  onTestFinished(() => connection.disconnect())
  const count = async (name: string, run: string): Promise<number> => {
    const queue = new Queue(name, { connection, prefix: keyPrefix(rows[0]?.id ?? ''), skipMetasUpdate: true })
    const jobs = await queue.getCompleted(0, -1)
    await queue.close()
    return jobs.filter(({ id }) => id?.startsWith(`${run}-`)).length
  }
  const counts = async (run: string) => ({
    finish: (await count('runs', run)) > 0,
    results: await count('results', run),
    queries: await count('queries-main', run),
  })
  await vi.waitFor(async () => expect(await counts(large)).toMatchObject({ results: 0, queries: 0 }), deadline)
  expect(await counts(small)).toEqual({ finish: true, results: 5, queries: 5 })
})
