import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createService, type Service } from './create-service.ts'
import { documentOf, type Finished } from './installation.ts'

let service: Service
let folder: string

beforeAll(async () => {
  service = await createService({ database: 'maxConcurrency: 4' })
  folder = join(service.folder, 'reports')
  await mkdir(folder)
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '4')
})
afterAll(() => service?.dispose())

const nightly = `
name: nightly
database: main
schedule: { cron: "30 2 * * *", timezone: Europe/Berlin }
queries:
  times:
    sql: |
      select :slot as slot, :interval_start as from_at, :interval_end as to_at
`

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text)
}

async function schedule(...args: string[]): Promise<Finished> {
  return service.querypool(['schedule', ...args])
}

async function listed(): Promise<{ name: string; version: number; file: string }[]> {
  return JSON.parse((await schedule('list', '--json')).stdout).schedules
}

async function timesOf(run: string): Promise<Record<string, string>> {
  const { stdout } = await service.querypool(['results', run, 'times', '--format', 'json'])
  return JSON.parse(stdout)[0]
}

test('sync tells what differs, and changes nothing in a dry run', async () => {
  await write('nightly.yaml', nightly)
  const trial = await schedule('sync', folder, '--dry-run')
  expect(trial).toMatchObject({ status: 0 })
  expect(trial.stdout).toMatch(/^\+ nightly {2}\(nightly\.yaml\) {2}30 2 \* \* \* Europe\/Berlin, next \d{4}-/m)
  expect(await listed()).toEqual([])
  expect(await schedule('sync', folder)).toMatchObject({ status: 0 })
  expect(await listed()).toMatchObject([
    { name: 'nightly', version: 1, file: 'nightly.yaml', database: 'main', last: null },
  ])
  expect((await schedule('sync', folder)).stdout).toBe('1 schedule is as in its file.\n')
  expect(await listed()).toMatchObject([{ version: 1 }])
})

test('a triggered slot runs with its time and its interval, once more if it has run, and each run keeps its version', async () => {
  const first = JSON.parse((await schedule('trigger', 'nightly', '--slot', '2026-10-25T02:30', '--json')).stdout)
  expect(first).toMatchObject({ schedule: 'nightly', slot: '2026-10-25T00:30:00.000Z' })
  expect(await service.querypool(['status', first.run, '--watch'])).toMatchObject({ status: 0 })
  expect(await timesOf(first.run)).toEqual({
    slot: '2026-10-25 00:30:00+00',
    from_at: '2026-10-24 00:30:00+00',
    to_at: '2026-10-25 00:30:00+00',
  })
  await write('nightly.yaml', nightly.replace('select :slot', 'select 2 as version, :slot'))
  const synced = await schedule('sync', folder)
  expect(synced.stdout).toMatch(/^~ nightly.*\n {4}Its queries or options differ\./m)
  const again = JSON.parse((await schedule('trigger', 'nightly', '--slot', '2026-10-25T00:30:00Z', '--json')).stdout)
  expect(again.run).not.toBe(first.run)
  expect(await service.querypool(['status', again.run, '--watch'])).toMatchObject({ status: 0 })
  const { rows } = await service.journal.query('SELECT run, version FROM querypool.slot_run ORDER BY started_at')
  expect(rows).toEqual([
    { run: first.run, version: 1 },
    { run: again.run, version: 2 },
  ])
  expect((await schedule('show', 'nightly', '--file-version', '1')).stdout).toBe(nightly)
  expect((await schedule('show', 'nightly')).stdout).toContain(again.run)
})

test('a run by hand has the times of the last slot, unless others are given', async () => {
  const file = join(folder, 'nightly.yaml')
  const run = async (...args: string[]): Promise<Record<string, string>> => {
    const ended = await service.querypool(['run', file, '--json', ...args])
    expect(ended, ended.stderr).toMatchObject({ status: 0 })
    return timesOf(documentOf(ended).runId)
  }
  const last = await run()
  expect(last.slot).toBe(last.to_at)
  expect(Date.parse(last.slot ?? '')).toBeLessThan(Date.now())
  expect(Date.parse(last.slot ?? '')).toBeGreaterThan(Date.now() - 26 * 3_600_000)
  expect(await run('--param', 'slot=2026-01-01')).toMatchObject({ slot: '2026-01-01 00:00:00+00', to_at: last.to_at })
})

test('what is no slot is refused with those beside it, and a slot to come, too', async () => {
  const wrong = await schedule('trigger', 'nightly', '--slot', '2026-10-25T02:31')
  expect(wrong).toMatchObject({ status: 2 })
  expect(wrong.stderr).toMatch(/2026-10-25T00:30:00\.000Z, 2026-10-26T01:30:00\.000Z.*\[QP_SLOT_UNKNOWN\]/s)
  expect((await schedule('trigger', 'nightly', '--slot', '2999-01-01T02:30')).stderr).toMatch(/not come yet/)
  expect((await schedule('trigger', 'nightly', '--slot', 'noon')).stderr).toMatch(/QP_INSTANT_INVALID/)
  expect((await schedule('trigger', 'nigtly')).stderr).toMatch(/Did you mean `nightly`\?.*QP_SCHEDULE_UNKNOWN/s)
})

test('a backfill runs what is missing of a time, and nothing of it twice', async () => {
  const range = ['nightly', '--from', '2026-10-23', '--to', '2026-10-28']
  const trial = await service.querypool(['backfill', ...range, '--dry-run'])
  expect(trial.stdout).toBe(
    'A backfill of nightly would run 4 slots, 2026-10-24T02:30+02:00 to 2026-10-28T02:30+01:00. It leaves alone 1 that succeeded.\n',
  )
  const made = await service.querypool(['backfill', ...range, '--max-parallel', '2', '--json'])
  expect(made, made.stderr).toMatchObject({ status: 0 })
  const { id, slots } = JSON.parse(made.stdout)
  expect(slots).toEqual([
    '2026-10-24T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
    '2026-10-27T01:30:00.000Z',
    '2026-10-28T01:30:00.000Z',
  ])
  const { rows } = await service.journal.query(
    'SELECT count(*)::int AS runs, count(DISTINCT at)::int AS slots FROM querypool.slot_run WHERE backfill = $1',
    [id],
  )
  expect(rows).toEqual([{ runs: 4, slots: 4 }])
  expect((await service.querypool(['backfill', ...range])).stdout).toMatch(/^Nothing is missing of nightly\./)
  const again = await service.querypool(['backfill', ...range, '--again', '--newest-first', '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ succeeded: 5, isOver: true })
  const started = await service.journal.query<{ at: Date }>(
    'SELECT at FROM querypool.slot_run WHERE backfill = $1 ORDER BY started_at',
    [JSON.parse(again.stdout).id],
  )
  const order = started.rows.map(({ at }) => at.getTime())
  expect(order).toEqual([...order].sort((a, b) => b - a))
})

test('a backfill is cancelled as one: its runs end, and slots that wait are missing as before', async () => {
  await write('slow.yaml', nightly.replaceAll('nightly', 'slow').replace('select :slot', 'select pg_sleep(600), :slot'))
  await schedule('sync', folder)
  const range = ['slow', '--from', '2026-09-01', '--to', '2026-09-06', '--max-parallel', '2']
  const { id } = JSON.parse((await service.querypool(['backfill', ...range, '--detach', '--json'])).stdout)
  const watching = service.querypool(['backfill', 'status', id, '--watch', '--json'])
  await expect.poll(async () => (await readBackfill(id)).running, { timeout: 60_000 }).toBe(2)
  expect(await service.querypool(['backfill', 'cancel', id])).toMatchObject({ status: 0 })
  const watched = await watching
  expect(watched.status).toBe(4)
  expect(JSON.parse(watched.stdout)).toMatchObject({ state: 'cancelled', slots: 5, waiting: 0, running: 0, failed: 2 })
  const trial = await service.querypool(['backfill', ...range, '--dry-run'])
  expect(trial.stdout).toMatch(/would run 5 slots/)
})

async function readBackfill(id: string): Promise<{ running: number }> {
  return JSON.parse((await service.querypool(['backfill', 'status', id, '--json'])).stdout)
}

test('a renamed schedule keeps its ledger, a removed one has no more slots', async () => {
  await write('nightly.yaml', nightly.replace('name: nightly', 'name: each_night'))
  await rm(join(folder, 'slow.yaml'))
  const synced = await schedule('sync', folder)
  expect(synced.stdout).toMatch(/^> nightly is renamed each_night/m)
  expect(synced.stdout).toMatch(/^- slow/m)
  expect(await listed()).toMatchObject([{ name: 'each_night', version: 3 }])
  const range = ['each_night', '--from', '2026-10-23', '--to', '2026-10-28']
  expect((await service.querypool(['backfill', ...range])).stdout).toMatch(/^Nothing is missing of each_night\./)
  await rename(join(folder, 'nightly.yaml'), join(folder, 'moved.yml'))
  expect((await schedule('sync', folder)).stdout).toMatch(/moved from nightly\.yaml/)
})

test('every fault of every file is told, and then nothing is changed', async () => {
  const before = await listed()
  await write('a.yaml', nightly.replace('name: nightly', 'name: a').replace('30 2', '61 2'))
  await write('b.yaml', nightly.replace('nightly', 'moved').replace('database: main', 'database: mian'))
  await write(
    'c.yaml',
    nightly
      .replace('nightly', 'moved')
      .replace(':slot as', ':day as')
      .replace('queries:', 'params: { day: date }\nqueries:'),
  )
  const refused = await schedule('sync', folder)
  expect(refused.status).toBe(2)
  for (const code of ['QP_SCHEDULE_DATABASE', 'QP_SCHEDULE_TWICE', 'QP_PARAM_MISSING'])
    expect(refused.stderr).toContain(`[${code}]`)
  expect(refused.stderr).toMatch(/a\.yaml:4:\d+: .*invalid value for minute: 61/)
  expect(refused.stderr).toMatch(/Did you mean `main`/)
  expect(await listed()).toEqual(before)
  for (const name of ['a.yaml', 'b.yaml', 'c.yaml']) await rm(join(folder, name))
})

test('a folder without schedules does not remove those that are installed, unless that is said', async () => {
  const empty = join(service.folder, 'empty')
  await mkdir(empty)
  expect((await schedule('sync', empty)).stderr).toMatch(/QP_SCHEDULE_NONE/)
  expect(await listed()).toHaveLength(1)
  expect(await schedule('sync', empty, '--remove-all')).toMatchObject({ status: 0 })
  expect(await listed()).toEqual([])
})

test('a scheduled query that asks the clock draws a warning with the remedy, from validate and sync', async () => {
  await write('clock.yaml', nightly.replace('select :slot', 'select now(), :slot'))
  for (const command of [
    ['validate', join(folder, 'clock.yaml')],
    ['schedule', 'sync', folder, '--dry-run'],
  ]) {
    const checked = await service.querypool(command)
    expect(checked.status).toBe(0)
    expect(checked.stderr).toMatch(/^Warning: .*clock\.yaml:\d+:\d+: The query times asks the clock \(now\(\)\)/m)
    expect(checked.stderr).toMatch(/→ Use `:slot`/)
  }
})
