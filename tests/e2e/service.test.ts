import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createService, type Program, type Service } from './create-service.ts'
import { documentOf } from './installation.ts'

describe('a service with one overseer and one worker', () => {
  let service: Service
  let overseer: Program
  let worker: Program

  beforeAll(async () => {
    service = await createService({ database: 'maxConcurrency: 2' })
    overseer = await service.startOverseer()
    worker = await service.startWorker('worker-a', '--concurrency', '4')
  })
  afterAll(() => service?.dispose())

  test('runs a batch that was submitted by the name of its database, within the limit of the database', async () => {
    const batch = Array.from({ length: 8 }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(0.5), ${n} as n;\n`).join('')
    const file = await service.batchFile(batch)
    let isOver = false
    const ended = service.querypool(['run', file, '--database', 'main', '--json']).finally(() => {
      isOver = true
    })
    const seen: number[] = []
    while (!isOver) seen.push(await service.countBackends())
    const document = documentOf(await ended)
    expect(document).toMatchObject({ state: 'succeeded' })
    expect(document.queries.map(({ worker }) => worker)).toEqual(Array(8).fill('worker-a'))
    expect(Math.max(...seen)).toBe(2)
  })

  test('the limit of the database holds for private runs on it, too, by name or by its URL', async () => {
    const batch = Array.from({ length: 6 }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(0.7);\n`).join('')
    const file = await service.batchFile(batch, 'limited.sql')
    const runs = [
      ['--database', 'main'],
      ['--database', 'main', '--workers', '4'],
      ['--database', service.databaseUrl, '--workers', '4'],
    ].map((target) => service.querypool(['run', file, ...target, '--json']))
    let isOver = false
    const ended = Promise.all(runs).finally(() => {
      isOver = true
    })
    const seen: number[] = []
    while (!isOver) seen.push(await service.countBackends())
    expect((await ended).map(({ status }) => status)).toEqual([0, 0, 0])
    expect(Math.max(...seen)).toBe(2)
  })

  test('a paused database lets nothing begin, and status says that it is why queries wait', async () => {
    await service.querypool(['databases', 'pause', 'main'])
    const file = await service.batchFile('-- name: later\nselect 1;\n', 'later.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = JSON.parse(detached.stdout) as { runId: string }
    await vi.waitFor(
      async () => {
        const { waiting } = JSON.parse((await service.querypool(['status', runId, '--json'])).stdout)
        expect(waiting).toMatchObject([{ code: 'QP_WAITS_FOR_RESUME', queries: 1 }])
      },
      { timeout: 60_000 },
    )
    await service.querypool(['databases', 'resume', 'main'])
    expect(await service.querypool(['status', runId, '--watch'])).toMatchObject({ status: 0 })
  })

  test('a drained worker takes nothing until it is told to work again', async () => {
    await service.querypool(['workers', 'drain', 'worker-a'])
    const stateIs = (state: string): Promise<void> =>
      vi.waitFor(
        async () => {
          const { workers } = JSON.parse((await service.querypool(['workers', 'list', '--json'])).stdout)
          expect(workers).toMatchObject([{ id: 'worker-a', state, concurrency: 4, databases: ['main'] }])
        },
        { timeout: 60_000 },
      )
    await stateIs('drained')
    const file = await service.batchFile('-- name: later\nselect 1;\n', 'drained.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = JSON.parse(detached.stdout) as { runId: string }
    await vi.waitFor(
      async () => {
        const { waiting } = JSON.parse((await service.querypool(['status', runId, '--json'])).stdout)
        expect(waiting).toMatchObject([{ code: 'QP_WAITS_FOR_WORKER', queries: 1 }])
      },
      { timeout: 60_000 },
    )
    await service.querypool(['workers', 'resume', '--all'])
    await stateIs('working')
    expect(await service.querypool(['status', runId, '--watch'])).toMatchObject({ status: 0 })
  })

  test('a detached run goes on by itself, and its rows can be read from anywhere', async () => {
    const file = await service.batchFile('-- name: answer\nselect 42 as answer;\n', 'detached.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = JSON.parse(detached.stdout) as { runId: string }
    expect(await service.querypool(['status', runId, '--watch'])).toMatchObject({ status: 0 })
    expect(await service.querypool(['results', runId, 'answer'])).toMatchObject({ stdout: 'answer\n42\n' })
  })

  test('overseer and worker say that they live, that they are ready, and what they have done', async () => {
    for (const { healthUrl } of [overseer, worker]) {
      expect((await fetch(`${healthUrl}/healthz`)).status).toBe(200)
      expect(await (await fetch(`${healthUrl}/readyz`)).json()).toEqual({ ready: true })
    }
    expect(await (await fetch(`${overseer.healthUrl}/metrics`)).text()).toMatch(
      /querypool_results\{state="succeeded"\} \d+/,
    )
    expect(await (await fetch(`${worker.healthUrl}/metrics`)).text()).toContain('querypool_rows_total{database="main"}')
  })
})

test('an overseer that cannot serve says why and ends', async () => {
  const service = await createService({ rest: '  other:\n    url: env:NO_SUCH_VARIABLE' })
  const overseer = await service.querypool(['serve'])
  expect(overseer).toMatchObject({ status: 2 })
  expect(overseer.stderr).toMatch(/NO_SUCH_VARIABLE[\s\S]*QP_SECRET_UNREADABLE/)
  await service.dispose()
})

test('a worker needs no journal, and none is started for it', async () => {
  const service = await createService()
  const worker = service.start(['worker'], {
    env: {
      QUERYPOOL_CONFIG: join(service.folder, 'querypool.yaml'),
      MAIN_URL: service.databaseUrl,
      QUERYPOOL_INSTALLATION: 'not-there',
      QUERYPOOL_JOURNAL_URL: '',
    },
  })
  await vi.waitFor(() => expect(worker.stderr()).toContain('Waiting for an overseer'), { timeout: 120_000 })
  worker.interrupt()
  await worker.ended
  expect(existsSync(join(service.folder, 'home'))).toBe(false)
  await service.dispose()
})
