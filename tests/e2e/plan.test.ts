import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createService, type Service } from './create-service.ts'
import { createInstallation, documentOf, type Installation, type RunDocument } from './installation.ts'

const patienceMs = 120_000

interface PlanDocument {
  readonly database: string | null
  readonly slots: number
  readonly forecast: {
    readonly wallMs: number
    readonly lowMs: number
    readonly highMs: number
    readonly boundMs: number
  } | null
  readonly queries: readonly {
    readonly name: string
    readonly basis: string
    readonly measurements: number
    readonly expectedMs: number | null
    readonly startMs: number | null
  }[]
}

const waits = { tiny: 0.2, short: 1, middle: 2.5, long: 5 }
const waiting = Object.entries(waits)
  .map(([name, seconds]) => `-- name: ${name}\nselect pg_sleep(${seconds});\n`)
  .join('\n')

describe('the plan of a batch', () => {
  let installation: Installation

  beforeAll(async () => {
    installation = await createInstallation()
  })
  afterAll(() => installation?.dispose())

  const plan = async (...args: string[]): Promise<PlanDocument> => {
    const finished = await installation.querypool(['plan', ...args, '--json'])
    expect(finished).toMatchObject({ status: 0 })
    return JSON.parse(finished.stdout) as PlanDocument
  }

  test('names an order and no time where nothing is known, and runs nothing', async () => {
    const file = await installation.batchFile(waiting, 'never_run.sql')
    const planned = await plan(file, '--database', installation.databaseUrl, '--slots', '2')
    expect(planned).toMatchObject({ slots: 2, forecast: null })
    expect(planned.queries.map(({ name, basis }) => `${name} ${basis}`)).toEqual(
      Object.keys(waits).map((name) => `${name} unknown`),
    )
    expect(await installation.countRuns()).toBe(0)
    const { stdout } = await installation.querypool(['plan', file])
    expect(stdout).toMatch(/with 5 slots: nobody knows how long it takes/)
  })

  test('is what the second run does: the longest first', async () => {
    const file = await installation.batchFile(waiting, 'nightly.sql')
    const run = (key: string): Promise<RunDocument> =>
      installation
        .querypool(['run', file, '--database', installation.databaseUrl, '--workers', '2', '--key', key, '--json'])
        .then(documentOf)
    expect(
      inOrderOfStart(await run('first'))
        .slice(0, 2)
        .sort(),
      'nothing known',
    ).toEqual(['short', 'tiny'])

    const planned = await plan(file, '--slots', '2')
    expect(planned.queries.map(({ name, basis, measurements }) => `${name} ${basis} ${measurements}`)).toEqual(
      ['long', 'middle', 'short', 'tiny'].map((name) => `${name} measured 1`),
    )
    for (const { name, expectedMs } of planned.queries)
      expect(expectedMs, name).toBeGreaterThanOrEqual(waits[name as keyof typeof waits] * 1000)
    expect(planned.forecast?.wallMs).toBeGreaterThanOrEqual(5000)
    expect(planned.forecast?.lowMs).toBeLessThanOrEqual(planned.forecast?.highMs ?? 0)

    const began = inOrderOfStart(await run('second'))
    expect([...began.slice(0, 2).sort(), ...began.slice(2)]).toEqual(['long', 'middle', 'short', 'tiny'])
  })

  test('shows people a timeline, what no order can beat, and how many slots are enough', async () => {
    const file = await installation.batchFile(waiting, 'nightly.sql')
    const { stdout } = await installation.querypool(['plan', file, '--slots', '2'])
    expect(stdout).toMatch(/with 2 slots: about [\d.]+ s \([\d.]+ s to [\d.]+ s\)/)
    expect(stdout).toMatch(/^long +\d.* 2 runs +[12] +0 ms +#{30,}$/m)
    expect(stdout).toMatch(/^short .* \.+#+$/m)
    expect(stdout).toMatch(/no order takes less than/)
    expect(stdout).toMatch(/More than 2 slots would not make it faster/)
  })

  test('and the first run begin with what the planner says costs clearly most', async () => {
    const counting = { few: 10, many: 3_000_000, some: 30_000 }
    const batch = Object.entries(counting)
      .map(([name, rows]) => `-- name: ${name}\nselect count(*) from generate_series(1, ${rows});\n`)
      .join('\n')
    // A planner that does not answer within a second is not waited for, as on a machine that stalls: then once more, anew.
    let tries = 0
    const untilAnswered = (order: (file: string) => Promise<string[]>): Promise<void> =>
      vi.waitFor(
        async () => {
          const file = await installation.batchFile(batch, `counting_${++tries}.sql`)
          expect(await order(file)).toEqual(['many', 'some', 'few'])
        },
        { timeout: patienceMs, interval: 100 },
      )
    await untilAnswered(async (file) => {
      const planned = await plan(file, '--database', installation.databaseUrl, '--slots', '1')
      return planned.queries.map(({ name }) => name)
    })
    await untilAnswered(async (file) => {
      const args = ['run', file, '--database', installation.databaseUrl, '--workers', '1', '--json']
      return inOrderOfStart(documentOf(await installation.querypool(args)))
    })
  })

  test('is the same simulation that says what is left of a run with workers of its own', async () => {
    const file = await installation.batchFile(longBatch(3), 'private.sql')
    const args = ['run', file, '--database', installation.databaseUrl, '--workers', '2', '--detach', '--json']
    const { runId } = JSON.parse((await installation.querypool(args)).stdout) as { runId: string }
    await untilRoundsAreLeft(installation, runId, 2)
    expect((await installation.querypool(['status', runId])).stdout).toMatch(/^Left +about (1\d|20) min/m)
    await installation.querypool(['cancel', runId])
    const { stdout } = await installation.querypool(['status', runId, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled', remainingMs: null, expectedEndAt: null })
  })

  test('is refused for what cannot be a number of slots, and for a database that nobody knows', async () => {
    const file = await installation.batchFile(waiting, 'refused.sql')
    for (const [args, code] of [
      [['--slots', '0'], 'QP_WORKERS'],
      [['--database', 'nowhere'], 'QP_DATABASE_UNKNOWN'],
      [['--select', 'lnog'], 'QP_'],
    ] as const) {
      const refused = await installation.querypool(['plan', file, ...args])
      expect(refused).toMatchObject({ status: 2, stdout: '' })
      expect(refused.stderr).toContain(code)
    }
  })
})

describe('a run that shares its workers', () => {
  let service: Service

  beforeAll(async () => {
    service = await createService()
    await service.startOverseer()
    await service.startWorker('worker-a', '--concurrency', '2')
  })
  afterAll(() => service?.dispose())

  test('says in status and on its page what is left, by as many slots as it really has', async () => {
    const dashboard = await service.startProgram('dashboard', ['dashboard', '--port', '0'])
    const file = await service.batchFile(longBatch(6), 'shared.sql')
    const detached = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
    const { runId } = JSON.parse(detached.stdout) as { runId: string }
    await untilRoundsAreLeft(service, runId, 3)
    const page = await fetch(new URL(`/runs/${runId}`, dashboard.healthUrl))
    expect(await page.text()).toMatch(/<dt>Left<\/dt><dd>about (2\d|30) min/)
    await service.querypool(['cancel', runId])
  })
})

/** Queries that are expected to take ten minutes, and wait longer than any test. */
function longBatch(count: number): string {
  return Array.from({ length: count }, (_, n) => `-- name: q${n}\n-- expect: 10m\nselect pg_sleep(3600);\n`).join('')
}

/** Waits until so many rounds of ten minutes are said to be left of a run. */
async function untilRoundsAreLeft({ querypool }: Installation, run: string, rounds: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { remainingMs } = JSON.parse((await querypool(['status', run, '--json'])).stdout)
      expect(Math.round((remainingMs ?? 0) / 600_000)).toBe(rounds)
    },
    { timeout: patienceMs, interval: 200 },
  )
}

function inOrderOfStart(document: RunDocument): string[] {
  return document.queries
    .toSorted((one, other) => Date.parse(one.startedAt ?? '') - Date.parse(other.startedAt ?? ''))
    .map(({ name }) => name)
}
