import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createService, type Service } from '../e2e/create-service.ts'
import { createInstallation, documentOf, type Installation, queryOf } from '../e2e/installation.ts'
import { closeGate, readRecorded, untilBackends } from './private-run.ts'
import { findHolderProcesses, untilHeld, untilReleased } from './snapshot-holders.ts'
import { readSums, startTransfers, sums } from './transfers.ts'

const total = 200_000

async function keepMoving(installation: Installation): Promise<void> {
  const transfers = await startTransfers(installation)
  onTestFinished(() => transfers.stop())
}

describe('40 sums of tables between which money is moved all the time', () => {
  let service: Service
  beforeAll(async () => {
    service = await createService({ database: 'maxConcurrency: 4' })
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '2')
    await service.startWorker('worker-b', '--concurrency', '2')
  })
  afterAll(() => service?.dispose())

  test('are different when each query sees the data as it begins', async () => {
    await keepMoving(service)
    const file = await service.batchFile(sums(40))
    const finished = await service.querypool(['run', file, '--database', 'main', '--json'])
    expect(finished.status, finished.stderr).toBe(0)
    const { here } = await readSums(service, documentOf(finished).runId)
    expect(here.length).toBeGreaterThan(1)
  })

  test('are equal in a shared snapshot, on two workers, although a holder of it is killed', async () => {
    await keepMoving(service)
    const gate = await closeGate(service)
    const file = await service.batchFile(`-- snapshot: shared\n${sums(40, 20)}`, 'shared.sql')
    const running = service.startCommand(['run', file, '--database', 'main', '--json'])
    const first = await untilHeld(service)
    await untilBackends(service, 6)
    process.kill(first[0] ?? 0, 'SIGKILL')
    await untilHeld(service, first.slice(0, 1))
    // Then those who have it were never given it by the first.
    process.kill(first[1] ?? 0, 'SIGKILL')
    await untilHeld(service, first)
    await gate.open()
    const finished = await running.ended
    expect(finished.status, finished.stderr).toBe(0)
    const document = documentOf(finished)
    expect(document).toMatchObject({ state: 'succeeded', generation: 1 })
    expect(new Set(document.queries.map(({ worker }) => worker))).toEqual(new Set(['worker-a', 'worker-b']))
    const { here, there } = await readSums(service, documentOf(finished).runId)
    expect({ here: here.length, there: there.length }).toEqual({ here: 1, there: 1 })
    expect((here[0] ?? 0) + (there[0] ?? 0)).toBe(total)
    expect((await readRecorded(service.journal)).events).toContain('QP_SNAPSHOT_HOLDER_LOST')
    await untilReleased(service)
  })
})

describe('a private run with a shared snapshot', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await createInstallation()
  })
  afterAll(() => installation?.dispose())

  test('sees one snapshot, and leaves nothing behind', async () => {
    await keepMoving(installation)
    const finished = await installation.runBatch(sums(10), '--workers', '3', '--snapshot', 'shared')
    expect(finished.status, finished.stderr).toBe(0)
    const { here, there } = await readSums(installation, documentOf(finished).runId)
    expect({ here: here.length, there: there.length }).toEqual({ here: 1, there: 1 })
    expect(await findHolderProcesses(installation)).toEqual([])
    await untilReleased(installation)
    expect(queryOf(documentOf(finished), 'sum_1')).toMatchObject({ state: 'succeeded', attempts: 1 })
  })
  test('begins with the longest once it has a snapshot', async () => {
    const longerAndLonger = Array.from({ length: 8 }, (_, n) => `-- name: n_${n}\n-- expect: ${n + 1}s\nselect ${n};`)
    const finished = await installation.runBatch(longerAndLonger.join('\n'), '--workers', '1', '--snapshot', 'shared')
    expect(finished.status, finished.stderr).toBe(0)
    const { rows } = await installation.journal.query<{ position: number }>(
      'SELECT position FROM querypool.results WHERE run = $1 ORDER BY started_at',
      [documentOf(finished).runId],
    )
    expect(rows.map(({ position }) => position)).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
  })
})
