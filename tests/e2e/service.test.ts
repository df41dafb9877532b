import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentOf } from './installation.ts'
import { createService, type Program, type Service } from './service.ts'

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
