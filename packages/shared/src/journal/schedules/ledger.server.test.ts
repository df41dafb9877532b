import { beforeEach, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../../tests/own-journal.ts'
import { parseBatch } from '../../batch/index.ts'
import { compareSchedules, scheduleSchema } from '../../schedule/index.ts'
import { cancelBackfill } from './cancel-backfill.ts'
import { createBackfill } from './create-backfill.ts'
import { pauseSchedule, resumeSchedule } from './pause-schedule.ts'
import { readBackfill } from './read-backfills.ts'
import { readSchedules } from './read-schedules.ts'
import { readSlots } from './read-slots.ts'
import { type ScheduledFile, syncSchedules } from './sync-schedules.ts'
import { tickSchedules } from './tick-schedules.ts'
import { triggerSlot } from './trigger-slot.ts'

const journal = useOwnJournal()
const means = { storeId: 's', slotsOf: () => 1 }
let schedule = ''
let count = 0

beforeEach(() => {
  schedule = `schedule_${++count}`
})

function at(time: string): Date {
  return new Date(`2026-05-${time}Z`)
}

async function fileOf(
  name: string,
  given: object | string,
  sql = 'select 1',
  file = `${name}.yaml`,
): Promise<ScheduledFile> {
  const parsed = await parseBatch(new TextEncoder().encode(sql), `${name}.sql`)
  const definition = scheduleSchema.parse(given)
  const hash = JSON.stringify([name, given, sql])
  return { name, file, hash, source: sql, definition, batch: { ...parsed, name, database: 'd', schedule: definition } }
}

/** Installs one schedule beside those of the other tests. */
async function install(given: object | string, now: Date, sql?: string): Promise<void> {
  const file = await fileOf(schedule, given, sql)
  await syncSchedules(
    journal(),
    (installed) =>
      compareSchedules(
        installed.filter(({ name }) => name === schedule),
        [file],
      ),
    'test',
    now,
  )
}

async function tick(now: Date): Promise<boolean> {
  return tickSchedules(
    journal(),
    means,
    (error) => {
      throw error
    },
    now,
  )
}

/** The slots as `25T01:00 state`, the oldest first. */
async function slots(): Promise<string[]> {
  const read = await readSlots(journal(), schedule, 10_000)
  return read.toReversed().map((slot) => `${slot.at.toISOString().slice(8, 16)} ${slot.reason ?? slot.state}`)
}

async function endRuns(state = 'succeeded'): Promise<void> {
  await journal().pool.query(
    `UPDATE querypool.run SET state = $1, finished_at = clock_timestamp() WHERE state IN ('queued', 'running')`,
    [state],
  )
}

test('a changed file loses no slot that is due by then, and the new one holds from then on', async () => {
  await install({ cron: '0 * * * *', overlap: 'allow' }, at('01T00:30:00'))
  await install({ cron: '15 6 * * *', overlap: 'allow' }, at('01T02:30:00'), 'select 2')
  await tick(at('01T02:30:01'))
  await tick(at('01T06:15:01'))
  expect(await slots()).toEqual(['01T01:00 running', '01T02:00 running', '01T06:15 running'])
  const used = await journal().pool.query('SELECT version FROM querypool.slot_run WHERE schedule = $1 ORDER BY at', [
    schedule,
  ])
  expect(used.rows.map(({ version }) => version)).toEqual([2, 2, 2])
})

test('not even when it is paused', async () => {
  await install('0 * * * *', at('01T00:30:00'))
  await pauseSchedule(journal(), schedule, 'somebody')
  await install('15 6 * * *', at('01T02:30:00'), 'select 2')
  await tick(at('01T02:31:00'))
  expect(await slots()).toEqual(['01T01:00 waiting', '01T02:00 waiting'])
  await resumeSchedule(journal(), schedule)
  await tick(at('01T02:32:00'))
  expect(await slots()).toEqual(['01T01:00 running', '01T02:00 waiting'])
})

test('what came due in a pause is made up for when it ends', async () => {
  await install({ cron: '0 * * * *', missed: 'latest' }, at('01T00:30:00'))
  await pauseSchedule(journal(), schedule, 'somebody')
  await tick(at('01T03:30:00'))
  expect(await slots()).toEqual([])
  await resumeSchedule(journal(), schedule)
  await tick(at('01T03:30:00'))
  expect(await slots()).toEqual(['01T01:00 QP_SLOT_MISSED', '01T02:00 QP_SLOT_MISSED', '01T03:00 running'])
})

test('a renamed schedule keeps its ledger, and decides what is due', async () => {
  await install('0 * * * *', at('01T00:30:00'))
  await tick(at('01T01:00:01'))
  const old = schedule
  schedule = `${schedule}_renamed`
  const file = await fileOf(schedule, '0 * * * *', 'select 1', `${old}.yaml`)
  const compare: Parameters<typeof syncSchedules>[1] = (installed) =>
    compareSchedules(
      installed.filter(({ name }) => name === old),
      [file],
    )
  expect(await syncSchedules(journal(), compare, 'test', at('01T02:30:00'))).toMatchObject([
    { kind: 'rename', oldName: old },
  ])
  await endRuns()
  await tick(at('01T02:31:00'))
  expect(await slots()).toEqual(['01T01:00 succeeded', '01T02:00 running'])
})

test('a removed schedule has its waiting slots withdrawn, and runs none again when it comes back', async () => {
  await install({ cron: '0 * * * *', overlap: 'queue' }, at('01T00:30:00'))
  await tick(at('01T01:00:01'))
  await tick(at('01T02:00:01'))
  await syncSchedules(
    journal(),
    (installed) =>
      compareSchedules(
        installed.filter(({ name }) => name === schedule),
        [],
      ),
    'test',
  )
  await endRuns()
  await tick(at('01T05:00:01'))
  expect(await slots()).toEqual(['01T01:00 succeeded', '01T02:00 QP_SLOT_WITHDRAWN'])
  await install({ cron: '0 * * * *', overlap: 'queue' }, at('01T05:30:00'))
  await tick(at('01T06:00:01'))
  expect(await slots()).toEqual(['01T01:00 succeeded', '01T02:00 QP_SLOT_WITHDRAWN', '01T06:00 running'])
})

test('a slot whose run is retried is running again', async () => {
  await install('0 * * * *', at('01T00:30:00'))
  await tick(at('01T01:00:01'))
  await endRuns('failed')
  await tick(at('01T01:10:00'))
  expect(await slots()).toEqual(['01T01:00 failed'])
  await journal().pool.query(
    `UPDATE querypool.run SET state = 'queued', generation = 2 WHERE id = (SELECT run FROM querypool.slot WHERE schedule = $1)`,
    [schedule],
  )
  await tick(at('01T01:20:00'))
  await tick(at('01T02:00:01'))
  expect(await slots()).toEqual(['01T01:00 running', '01T02:00 QP_SLOT_OVERLAP'])
})

test('a slot that cannot be run has failed with the code, and counts as a failure', async () => {
  await install(
    { cron: '0 * * * *', pauseAfterFailures: 2 },
    at('01T00:30:00'),
    '-- param: a int\n-- name: q\nselect :a',
  )
  await tick(at('01T01:00:01'))
  await tick(at('01T02:00:01'))
  expect(await slots()).toEqual(['01T01:00 QP_PARAM_MISSING', '01T02:00 QP_PARAM_MISSING'])
  await tick(at('01T03:00:01'))
  const [view] = (await readSchedules(journal())).filter(({ name }) => name === schedule)
  expect(view).toMatchObject({ failures: 2, pausedBy: '2 failures in turn' })
  expect(await slots()).toHaveLength(2)
})

test('after so many failures in turn a schedule is paused, and a success between them counts from zero', async () => {
  await install({ cron: '0 * * * *', pauseAfterFailures: 2 }, at('01T00:30:00'))
  for (const [hour, state] of ['failed', 'succeeded', 'partial', 'cancelled', 'failed', 'failed'].entries()) {
    await tick(at(`01T0${hour + 1}:00:01`))
    await endRuns(state)
  }
  await tick(at('01T07:00:01'))
  expect(await slots()).toEqual([
    '01T01:00 failed',
    '01T02:00 succeeded',
    '01T03:00 partial',
    '01T04:00 cancelled',
    '01T05:00 failed',
  ])
})

test('jitter lets a slot begin later, by as much each time', async () => {
  await install({ cron: '0 * * * *', jitter: '30m' }, at('01T00:30:00'))
  await tick(at('01T01:00:00'))
  expect(await slots()).toEqual(['01T01:00 waiting'])
  const { rows } = await journal().pool.query<{ notBefore: Date }>(
    'SELECT not_before AS "notBefore" FROM querypool.slot WHERE schedule = $1',
    [schedule],
  )
  const begins = rows[0]?.notBefore as Date
  expect(begins > at('01T01:00:00') && begins < at('01T01:30:00')).toBe(true)
  await tick(new Date(begins.getTime() - 1))
  expect(await slots()).toEqual(['01T01:00 waiting'])
  await tick(begins)
  expect(await slots()).toEqual(['01T01:00 running'])
})

test('thousands of missed slots are decided in rounds', async () => {
  await install({ cron: '* * * * *', missed: 'latest' }, at('01T00:00:00'))
  const now = at('02T17:40:30')
  let rounds = 1
  while (await tick(now)) rounds++
  expect(rounds).toBe(3)
  const all = await slots()
  expect(all).toHaveLength(2500)
  expect(all.filter((slot) => !slot.endsWith('QP_SLOT_MISSED'))).toEqual(['02T17:40 running'])
})

test('a triggered slot runs in a pause, and not twice at once', async () => {
  await install('0 * * * *', at('01T00:30:00'))
  await pauseSchedule(journal(), schedule, 'somebody')
  const { run } = await triggerSlot(journal(), schedule, null, means, at('01T00:40:00'))
  expect(run).not.toBeNull()
  expect(await slots()).toEqual(['01T00:00 running'])
  const again = triggerSlot(journal(), schedule, null, means, at('01T00:40:00'))
  await expect(again).rejects.toMatchObject({ code: 'QP_SLOT_OPEN' })
  const other = await triggerSlot(journal(), schedule, new Date('2026-04-30T23:00:00Z'), means, at('01T00:40:00'))
  expect(other.run).toBeNull()
  await endRuns()
  await tick(at('01T00:41:00'))
  expect(await slots()).toEqual(['30T23:00 running', '01T00:00 succeeded'])
})

test('a backfill keeps to its own limit, beside the slots of its schedule', async () => {
  await install('0 * * * *', at('02T00:30:00'))
  const wanted = {
    schedule,
    from: at('01T00:00:00'),
    to: at('01T06:00:00'),
    again: false,
    newestFirst: true,
    maxParallel: 2,
  }
  const { id } = await createBackfill(journal(), wanted, 'test', false, at('02T00:31:00'))
  await tick(at('02T01:00:01'))
  expect(await slots()).toEqual([
    '01T01:00 waiting',
    '01T02:00 waiting',
    '01T03:00 waiting',
    '01T04:00 waiting',
    '01T05:00 running',
    '01T06:00 running',
    '02T01:00 running',
  ])
  await endRuns()
  await tick(at('02T01:01:00'))
  await cancelBackfill(journal(), id ?? '', 'test')
  await endRuns('cancelled')
  await tick(at('02T01:02:00'))
  expect(await slots()).toEqual([
    '01T03:00 cancelled',
    '01T04:00 cancelled',
    '01T05:00 succeeded',
    '01T06:00 succeeded',
    '02T01:00 succeeded',
  ])
  expect(await readBackfill(journal(), id ?? '')).toMatchObject({ slots: 6, succeeded: 2, failed: 2, isOver: true })
})

test('a cancelled backfill gives slots back what they were', async () => {
  await install({ cron: '0 * * * *', missed: 'none' }, at('01T00:30:00'))
  await tick(at('01T01:30:00'))
  await tick(at('01T02:00:01'))
  await endRuns()
  await tick(at('01T02:30:00'))
  const before = await slots()
  expect(before).toEqual(['01T01:00 QP_SLOT_MISSED', '01T02:00 succeeded'])
  const wanted = {
    schedule,
    from: at('01T00:00:00'),
    to: at('01T02:00:00'),
    again: true,
    newestFirst: false,
    maxParallel: 1,
  }
  const { id, slots: taken } = await createBackfill(journal(), wanted, 'test', false, at('01T02:31:00'))
  expect(taken).toHaveLength(2)
  await cancelBackfill(journal(), id ?? '', 'test')
  expect(await slots()).toEqual(before)
})

test('however many overseers look at once, a slot that begins has one run', async () => {
  await install({ cron: '*/10 * * * *', overlap: 'allow' }, at('01T00:05:00'))
  await pauseSchedule(journal(), schedule, 'somebody')
  await install({ cron: '*/10 * * * *', overlap: 'allow' }, at('01T01:55:00'), 'select 2')
  expect(await slots()).toEqual(Array(11).fill(expect.stringMatching(/ waiting$/)))
  await resumeSchedule(journal(), schedule)
  await Promise.all(Array.from({ length: 8 }, () => tick(at('01T01:56:00'))))
  expect(await slots()).toEqual(Array(11).fill(expect.stringMatching(/ running$/)))
  const { rows } = await journal().pool.query<{ runs: number }>(
    'SELECT count(*)::int AS runs FROM querypool.run WHERE batch = $1',
    [schedule],
  )
  expect(rows).toEqual([{ runs: 11 }])
})
