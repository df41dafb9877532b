import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createService, type Program, type Service } from '../e2e/create-service.ts'

let service: Service
let overseers: Program[]

beforeAll(async () => {
  service = await createService({ database: 'maxConcurrency: 4' })
  overseers = [await service.startOverseer(), await service.startOverseer()]
  await service.startWorker('worker-a', '--concurrency', '4')
})
afterAll(() => service?.dispose())

const batch = (name: string, cron: string, overlap: string, sql: string): string => `
name: ${name}
database: main
schedule: { cron: "${cron}", overlap: ${overlap} }
queries:
  mark:
    sql: ${sql}
`

test('while overseers are killed again and again, no slot is lost and none runs twice', async () => {
  await install('*/5 * * * * *')
  for (let kills = 1; kills <= 8; kills++) {
    const before = await countSlots("schedule = 'together'")
    const isMore = async (): Promise<void> => expect(await countSlots("schedule = 'together'")).toBeGreaterThan(before)
    await vi.waitFor(isMore, { timeout: 120_000, interval: 100 })
    // Now and then both, so that none is there for a while.
    if (kills % 4 === 0) overseers.shift()?.kill()
    overseers.shift()?.kill()
    while (overseers.length < 2) overseers.push(await service.startOverseer())
  }
  // What waits goes on although the files say now that it runs once a year.
  await install('0 0 1 1 *')
  const isOver = async (): Promise<void> => expect(await countSlots("state IN ('waiting', 'running')")).toBe(0)
  await vi.waitFor(isOver, { timeout: 180_000, interval: 500 })
  let ran = 0
  for (const name of ['queued', 'together']) {
    const slots = await readSlots(name)
    ran += slots.length
    // Each round has waited for one more, at the least.
    expect(slots.length).toBeGreaterThan(6)
    expect(slots.filter(({ runs, state }) => runs !== 1 || state !== 'succeeded')).toEqual([])
    // Between the first and the last of them, none is absent.
    const times = slots.map(({ at }) => at.getTime())
    expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + 5000 * index))
  }
  const { rows } = await service.journal.query('SELECT count(*)::int AS runs FROM querypool.run')
  expect(rows).toEqual([{ runs: ran }])
})

async function install(cron: string): Promise<void> {
  const folder = join(service.folder, 'schedules')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'queued.yaml'), batch('queued', cron, 'queue', 'select :slot, pg_sleep(1)'))
  await writeFile(join(folder, 'together.yaml'), batch('together', cron, 'allow', 'select :slot'))
  const synced = await service.querypool(['schedule', 'sync', folder])
  expect(synced, synced.stderr).toMatchObject({ status: 0 })
}

async function readSlots(name: string): Promise<{ at: Date; state: string; runs: number }[]> {
  const { rows } = await service.journal.query(
    `SELECT s.at, s.state, (SELECT count(*)::int FROM querypool.slot_run t WHERE (t.schedule, t.at) = (s.schedule, s.at)) AS runs
     FROM querypool.slot s WHERE s.schedule = $1 ORDER BY s.at`,
    [name],
  )
  return rows
}

async function countSlots(which: string): Promise<number> {
  const { rows } = await service.journal.query(`SELECT count(*)::int AS n FROM querypool.slot WHERE ${which}`)
  return rows[0].n
}
