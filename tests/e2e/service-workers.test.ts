import { join } from 'node:path'
import { connectQueues, openRunQueue, sharedQueueNames } from '@querypool/shared/queue'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { childrenOf, createService, type Service } from './create-service.ts'
import { documentOf } from './installation.ts'
import { processesOf } from './processes-of-home.ts'

const deadline = { timeout: 60_000, interval: 100 }

describe('a service with two databases and one worker', () => {
  let service: Service

  beforeAll(async () => {
    service = await createService({ database: '\n  other:\n    url: env:MAIN_URL' })
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '3')
  })
  afterAll(() => service?.dispose())

  test('the worker never runs more queries than it has slots, over all its databases', async () => {
    const batch = Array.from({ length: 8 }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(0.4);\n`).join('')
    const file = await service.batchFile(batch)
    let isOver = false
    const ended = Promise.all(
      ['main', 'other'].map((name) => service.querypool(['run', file, '--database', name, '--json'])),
    ).finally(() => {
      isOver = true
    })
    let most = 0
    while (!isOver) most = Math.max(most, await service.countBackends())
    for (const finished of await ended) expect(documentOf(finished).state).toBe('succeeded')
    expect(most).toBe(3)
  })

  test('a job of a version that a worker does not know is refused with the reason, and done once it is understood', async () => {
    await service.querypool(['databases', 'pause', 'main'])
    const file = await service.batchFile('-- name: answer\n-- retries: 0\nselect 42 as answer;\n', 'answer.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = JSON.parse(detached.stdout) as { runId: string }
    await changeVersion(`${runId}-1-1-1`)
    await service.querypool(['databases', 'resume', 'main'])
    await service.querypool(['status', runId, '--watch'])
    const { state, events } = JSON.parse((await service.querypool(['status', runId, '--json'])).stdout)
    expect(events).toMatchObject([{ code: 'QP_JOB_UNKNOWN_VERSION', message: expect.stringContaining('worker-a') }])
    expect(state).toBe('succeeded')
  })

  test('a worker whose command is killed gives back what it runs and ends', async () => {
    const worker = await service.startWorker('orphan', '--concurrency', '1', '--database', 'other')
    const [child] = childrenOf(worker.pid)
    process.kill(worker.pid, 'SIGKILL')
    await vi.waitFor(
      async () => expect((await processesOf(join(service.folder, 'home'))).map(({ pid }) => pid)).not.toContain(child),
      deadline,
    )
    expect(child).toBeGreaterThan(0)
  })

  test('a worker with another result store does not start, and says what to do', async () => {
    const other = join(service.folder, 'other-results')
    const refused = await service.querypool(['worker', '--name', 'stranger'], { env: { QUERYPOOL_RESULTS: other } })
    expect(refused.status).toBe(2)
    expect(refused.stderr).toContain('[QP_STORE_MISMATCH]')
    expect(refused.stderr).toContain('QUERYPOOL_RESULTS')
  })

  test.each([
    ['--concurrency', '0', 'whole number from 1 to 1000'],
    ['--database', 'mian', 'Did you mean `main`?'],
    ['--grace', 'soon', 'Give a duration'],
  ])('a worker with %s %s does not start', async (flag, value, told) => {
    const refused = await service.querypool(['worker', flag, value])
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining(told) })
  })

  /** Makes a job in Redis look as if another version had put it there. */
  async function changeVersion(jobId: string): Promise<void> {
    const { rows } = await service.journal.query('SELECT id FROM querypool.installation')
    const connection = connectQueues(service.redisUrl, rows[0].id)
    try {
      const { queries } = openRunQueue(connection, sharedQueueNames('main'))
      const job = await vi.waitFor(
        async () => {
          const found = await queries.getJob(jobId)
          expect(found).toBeDefined()
          return found
        },
        { timeout: 60_000 },
      )
      await job?.updateData({ ...job.data, version: 99 })
    } finally {
      await connection.close()
    }
  }
})
