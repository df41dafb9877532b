import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeGate, untilBackends } from '../chaos/private-run.ts'
import { createInstallation, documentOf, type Installation, queryOf, type RunDocument } from './installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
  await installation.target.query(
    'CREATE TABLE divisor (by int); INSERT INTO divisor VALUES (0); GRANT SELECT ON divisor TO PUBLIC',
  )
})
afterAll(() => installation?.dispose())

/** The times of the database at which queries began and ended, in ms: each has returned them. */
async function timesOf(run: string, names: readonly string[]): Promise<Map<string, { began: number; ended: number }>> {
  const times = new Map<string, { began: number; ended: number }>()
  for (const name of names) {
    const { stdout } = await installation.querypool(['results', run, name])
    const [began = 0, ended = 0] = (stdout.split('\n')[1] ?? '').split(',').map(Number)
    times.set(name, { began, ended })
  }
  return times
}

const timed = (seconds: number): string =>
  `with began as materialized (select extract(epoch from clock_timestamp()) * 1000 as at),
slept as materialized (select at, pg_sleep(${seconds}) from began)
select at, extract(epoch from clock_timestamp()) * 1000 as ended from slept`

test('queries begin when those that they need have ended, and the plan of the next run knows the longest path', async () => {
  const needs: Record<string, readonly string[]> = {
    report: ['sales', 'stock'],
    sales: ['orders'],
    stock: [],
    orders: [],
    alone: [],
    last: ['report', 'alone'],
  }
  const text = Object.entries(needs).map(
    ([name, needed]) =>
      `-- name: ${name}\n${needed.length === 0 ? '' : `-- needs: ${needed.join(', ')}\n`}${timed(0.2)};\n`,
  )
  const file = await installation.batchFile(text.join(''), 'graph.sql')
  const finished = await installation.querypool([
    'run',
    file,
    '--database',
    installation.databaseUrl,
    '--workers',
    '3',
    '--json',
  ])
  expect(finished.status, finished.stderr).toBe(0)
  const { runId } = documentOf(finished)
  const times = await timesOf(runId, Object.keys(needs))
  for (const [name, needed] of Object.entries(needs))
    for (const need of needed)
      expect(times.get(name)?.began, `${name} after ${need}`).toBeGreaterThanOrEqual(times.get(need)?.ended ?? 0)

  const plan = await installation.querypool(['plan', file, '--slots', '3'])
  expect(plan.stdout).toMatch(/^The longest path takes .*: orders -> sales -> report -> last\.$/m)
  expect(plan.stdout).toMatch(/^Begun now, it would end at /m)
  const { queries, criticalPath, expectedEndAt } = JSON.parse(
    (await installation.querypool(['plan', file, '--slots', '3', '--json'])).stdout,
  )
  expect(criticalPath).toEqual(['orders', 'sales', 'report', 'last'])
  expect(Date.parse(expectedEndAt)).toBeGreaterThan(Date.now())
  expect(queries[0]).toMatchObject({ name: 'orders', needs: [] })
})

test('what needs a query that fails is skipped and says so, and a retry runs it', async () => {
  const text = `-- name: ratio\nselect 1 / by as ratio from divisor;
-- name: report\n-- needs: ratio\nselect 2;\n-- name: mail\n-- needs: report\nselect 3;\n-- name: other\nselect 4;\n`
  const finished = await installation.runBatch(text, '--workers', '2')
  expect(finished.status).toBe(1)
  const document = documentOf(finished)
  expect(document.state).toBe('partial')
  const skipped = (name: string): unknown => ({
    state: queryOf(document, name).state,
    error: queryOf(document, name).error,
  })
  expect(skipped('report')).toEqual({
    state: 'skipped',
    error: { code: 'QP_NEED_FAILED', message: 'skipped because it needs ratio, which failed' },
  })
  expect(skipped('mail')).toEqual({
    state: 'skipped',
    error: { code: 'QP_NEED_FAILED', message: 'skipped because it needs report, which was skipped' },
  })
  const { stdout } = await installation.querypool(['status', document.runId])
  expect(stdout).toMatch(/report +skipped .*skipped because it needs ratio, which failed/)
  await installation.target.query('UPDATE divisor SET by = 2')
  const retried = await installation.querypool([
    'retry',
    document.runId,
    '--database',
    installation.databaseUrl,
    '--json',
  ])
  expect(retried.status, retried.stderr).toBe(0)
  const again = JSON.parse(retried.stdout) as RunDocument
  expect(again.queries.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'ratio succeeded',
    'report succeeded',
    'mail succeeded',
    'other succeeded',
  ])
})

test('a run shows what its queries wait for, and when it is cancelled they are, too', async () => {
  const gate = await closeGate(installation)
  const text = `-- name: first\nselect length(pg_advisory_xact_lock_shared(4711)::text);
-- name: second\n-- needs: first\nselect 2;\n-- name: third\n-- needs: second, first\nselect 3;\n`
  const file = await installation.batchFile(text, 'gated.sql')
  const running = installation.querypool([
    'run',
    file,
    '--database',
    installation.databaseUrl,
    '--workers',
    '2',
    '--key',
    'gated',
    '--json',
  ])
  await untilBackends(installation, 1)
  const status = await installation.querypool(['status', 'gated'])
  expect(status.stdout).toMatch(/second +queued .*waits for first$/m)
  expect(status.stdout).toMatch(/third +queued .*waits for first, second$/m)
  await installation.querypool(['cancel', 'gated'])
  const document = documentOf(await running)
  await gate.open()
  expect(document.state).toBe('cancelled')
  expect(document.queries.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
})

test('no more queries run at once than `maxParallel` says, however many workers there are', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `q_${index}`)
  const text = names.map((name) => `-- name: ${name}\n${timed(0.2)};\n`).join('')
  const finished = await installation.runBatch(`-- maxParallel: 2\n${text}`, '--workers', '4')
  expect(finished.status, finished.stderr).toBe(0)
  const times = [...(await timesOf(documentOf(finished).runId, names)).values()]
  const most = Math.max(
    ...times.map(({ began }) => times.filter((one) => one.began <= began && one.ended > began).length),
  )
  expect(most).toBe(2)
})

test('`validate` shows circles as a path', async () => {
  const file = await installation.batchFile(
    '-- name: a\n-- needs: b\nselect 1;\n-- name: b\n-- needs: a\nselect 2;\n',
    'circle.sql',
  )
  const { status, stderr } = await installation.querypool(['validate', file])
  expect(status).toBe(2)
  expect(stderr).toMatch(/circle\.sql:5:11: .*a -> b -> a\. \[QP_NEED_CYCLE\]/)
})
