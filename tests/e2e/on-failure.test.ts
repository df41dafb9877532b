import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { closeGate, untilBackends } from '../chaos/private-run.ts'
import { createService, type Service } from './create-service.ts'
import {
  createInstallation,
  documentOf,
  type Finished,
  type Installation,
  queryOf,
  type RunDocument,
} from './installation.ts'

// Fails when its gate is opened, by dividing by the length of nothing.
const failing = '-- name: totals\nselect 1 / length(pg_advisory_xact_lock_shared(4711)::text);\n'
const waiting = (count: number): string =>
  Array.from({ length: count }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(600);\n`).join('')

function countOf({ queries }: RunDocument): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of queries) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

async function expectStopped(installation: Installation, finished: Finished, queries: number): Promise<void> {
  const [backends, fences] = await Promise.all([installation.countBackends(), installation.countFences()])
  expect(finished.status, finished.stderr).toBe(1)
  expect({ backends, fences }).toEqual({ backends: 0, fences: 0 })
  const document = documentOf(finished)
  expect(document.state).toBe('failed')
  expect(queryOf(document, 'totals')).toMatchObject({ state: 'failed', error: { sqlState: '22012' } })
  // The place of the failed query may have been taken before its failure was known.
  const { cancelled = 0, skipped = 0, ...others } = countOf(document)
  expect(others).toEqual({ failed: 1 })
  expect([2, 3]).toContain(cancelled)
  expect(cancelled + skipped).toBe(queries - 1)
  for (const { state, error, attempts } of document.queries.filter(({ name }) => name !== 'totals')) {
    expect(error).toEqual({ code: 'QP_STOPPED', message: `${state} because totals failed` })
    expect(attempts).toBe(state === 'skipped' ? 0 : 1)
  }
  const { rows } = await installation.journal.query(
    `SELECT (SELECT count(*)::int FROM querypool.event WHERE run = r.id AND code = 'QP_STOPPED') AS events,
       (SELECT count(*)::int FROM querypool.result WHERE run = r.id) AS results,
       extract(epoch FROM finished_at - stopped_at)::float AS seconds FROM querypool.run r WHERE id = $1`,
    [document.runId],
  )
  expect(rows[0]).toMatchObject({ events: 1, results: queries })
  console.log(`${queries} queries: stopped within ${rows[0].seconds} s`)
}

describe('a private run', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await createInstallation()
  })
  afterAll(() => installation?.dispose())

  test('of a batch with `onFailure: stop` ends when a query fails, with what runs and what waits', async () => {
    const gate = await closeGate(installation)
    const running = installation.runBatch(`-- onFailure: stop\n${failing}${waiting(5)}`, '--workers', '3')
    await untilBackends(installation, 3)
    await gate.open()
    const finished = await running
    await expectStopped(installation, finished, 6)
    expect(finished.stderr).toMatch(/^wait_\d cancelled because totals failed after .* \[QP_STOPPED\]$/m)
    expect(finished.stderr).toMatch(/^wait_\d skipped because totals failed \[QP_STOPPED\]$/m)
    const { runId } = documentOf(finished)
    expect((await installation.querypool(['status', runId])).stdout).toMatch(/^Stopped +at .* because totals failed$/m)
  })

  test('goes on when a query fails, unless it is told to stop', async () => {
    const sql = '-- name: totals\nselect 1/0;\n-- name: other\nselect 1;\n'
    const finished = await installation.runBatch(`-- onFailure: stop\n${sql}`, '--on-failure', 'continue')
    const document = documentOf(finished)
    expect({ status: finished.status, state: document.state }).toEqual({ status: 1, state: 'partial' })
    expect(queryOf(document, 'other').state).toBe('succeeded')
  })
})

describe('a shared run', () => {
  let service: Service
  beforeAll(async () => {
    service = await createService({ database: 'maxConcurrency: 3' })
    await Promise.all([service.startOverseer(), service.startOverseer()])
    await Promise.all(['worker-a', 'worker-b'].map((name) => service.startWorker(name, '--concurrency', '3')))
  })
  afterAll(() => service?.dispose())

  test('is stopped once, by one failure, with several overseers and more queries than are handed out', async () => {
    const file = await service.batchFile(failing + waiting(299))
    const gate = await closeGate(service)
    const running = service.querypool(['run', file, '--database', 'main', '--on-failure', 'stop', '--json'])
    await untilBackends(service, 3)
    await gate.open()
    await expectStopped(service, await running, 300)
  })

  test('in which one query has succeeded ends partial when it is stopped', async () => {
    const file = await service.batchFile('-- name: quick\nselect 1;\n-- name: later\nselect 1/0 from pg_sleep(1);\n')
    const finished = await service.querypool(['run', file, '--database', 'main', '--on-failure', 'stop', '--json'])
    expect(finished.status).toBe(1)
    expect(documentOf(finished).state).toBe('partial')
  })

  test('that was stopped stays so when somebody asks to cancel it then', async () => {
    const file = await service.batchFile(failing + waiting(4), 'both.sql')
    const stopAndInterrupt = async (): Promise<Finished> => {
      const gate = await closeGate(service)
      const running = service.startCommand(['run', file, '--database', 'main', '--on-failure', 'stop', '--json'])
      await untilBackends(service, 3)
      await gate.open()
      await vi.waitFor(() => expect(running.stderr()).toContain('[QP_STOPPED]'), { timeout: 60_000, interval: 20 })
      running.interrupt()
      return running.ended
    }
    let finished = await stopAndInterrupt()
    // The run was over already, and the command was ending, so that it heard nothing any more.
    while (finished.status === null) finished = await stopAndInterrupt()
    expect(finished.status, finished.stderr).toBe(1)
    expect(documentOf(finished).state).toBe('failed')
  })
})
