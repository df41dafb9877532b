import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInstallation, documentOf, type Installation } from './installation.ts'

const batch = Array.from({ length: 4 }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(60);\n`).join('')
const deadline = { timeout: 60_000, interval: 50 }

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

async function untilTwoRun(): Promise<void> {
  await vi.waitFor(async () => expect(await installation.countBackends()).toBe(2), deadline)
}

async function statesOf(run: string): Promise<unknown> {
  const { rows } = await installation.journal.query(
    `select r.state, array_agg(distinct s.state) as queries, count(s.position)::int as results
     from querypool.run r left join querypool.result s on s.run = r.id where r.id = $1 group by r.id`,
    [run],
  )
  return rows
}

test('Ctrl-C cancels the run in the database before the command ends', async () => {
  const file = await installation.batchFile(batch)
  const running = installation.start(['run', file, '--database', installation.databaseUrl, '--workers', '2', '--json'])
  await untilTwoRun()
  running.interrupt()
  const finished = await running.ended
  const [backends, fences] = await Promise.all([installation.countBackends(), installation.countFences()])
  expect(finished.status).toBe(4)
  expect({ backends, fences }).toEqual({ backends: 0, fences: 0 })
  const document = documentOf(finished)
  expect(document.state).toBe('cancelled')
  expect(document.queries.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'))
  expect(await statesOf(document.runId)).toEqual([{ state: 'cancelled', queries: ['cancelled'], results: 4 }])
  expect(finished.stderr).toMatch(/^wait_0 cancelled by \S+ after .* \[QP_CANCELLED\]$/m)
  expect(finished.stderr).toMatch(/^wait_3 cancelled by \S+( before it started)? \[QP_CANCELLED\]$/m)
})

test('`cancel` ends a run that goes on by itself, and returns once nothing of it runs in the database', async () => {
  const submitted = await installation.runBatch(batch, '--workers', '2', '--detach')
  expect(submitted.status).toBe(0)
  const { runId } = documentOf(submitted)
  await untilTwoRun()
  const cancelled = await installation.querypool(['cancel', runId, '--json'])
  const [backends, fences] = await Promise.all([installation.countBackends(), installation.countFences()])
  expect(documentOf(cancelled)).toMatchObject({ runId, state: 'cancelled' })
  expect({ backends, fences }).toEqual({ backends: 0, fences: 0 })
  expect(await statesOf(runId)).toEqual([{ state: 'cancelled', queries: ['cancelled'], results: 4 }])

  const again = await installation.querypool(['cancel', runId])
  expect(again.stderr).toContain('QP_RUN_OVER')
})
