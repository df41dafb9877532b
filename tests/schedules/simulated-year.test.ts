import type { Journal, RunMeans } from '@querypool/shared/journal'
import { openJournal, pauseSchedule, resumeSchedule, syncSchedules, tickSchedules } from '@querypool/shared/journal'
import { compareSchedules } from '@querypool/shared/schedule'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Random, randomFrom } from '../../packages/chaos/src/random.ts'
import { useOwnJournal } from '../own-journal.ts'
import { expectSlots, fateOf, findSlots, type Happening } from './model.ts'
import { scheduledFile } from './scheduled-file.ts'
import { simulatedSchedules } from './simulated-schedules.ts'

const ownJournal = useOwnJournal()
const from = new Date('2026-02-01T00:00:00Z')
const until = new Date('2027-02-01T00:00:00Z')
const seed = 6

let overseers: readonly [Journal, Journal]
let slots: Map<string, Date[]>
let happenings: Happening[]

beforeAll(async () => {
  const first = ownJournal()
  overseers = [first, await openJournal(first.url)]
  slots = new Map(simulatedSchedules.map((schedule) => [schedule.name, findSlots(schedule, nextQuarter(from), until)]))
  happenings = makeHappenings(randomFrom(seed))
})
afterAll(() => overseers[1].close())

test('in a simulated year, the slots that ran are those that the policies say, each once', {
  timeout: 900_000,
}, async () => {
  const files = await Promise.all(simulatedSchedules.map(scheduledFile))
  await syncSchedules(overseers[0], (installed) => compareSchedules(installed, files), 'test', from)
  await simulate(randomFrom(seed + 1))
  let ran = 0
  for (const schedule of simulatedSchedules) {
    const expected = expectSlots(schedule, slots.get(schedule.name) ?? [], happenings)
    const shown = [...expected.values()].map(({ at, startedAt, skipped }) => ({ at, startedAt, skipped }))
    expect(await readLedger(schedule.name), schedule.name).toEqual(shown)
    ran += shown.filter(({ startedAt }) => startedAt !== null).length
  }
  expect(await countRuns()).toEqual({ runs: ran, runsOfSlots: ran, slotsWithRuns: ran })
  expect(ran).toBeGreaterThan(1000)
})

test('a nightly 02:30 in Berlin runs once each day, also where clocks change', async () => {
  const { rows } = await overseers[0].pool.query<{ day: string; count: number }>(
    `SELECT to_char(at AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD') AS day, count(*)::int FROM querypool.slot_run
     WHERE schedule = 'berlin_nightly' GROUP BY day ORDER BY day`,
  )
  expect(rows.filter(({ count }) => count !== 1)).toEqual([])
  const days: string[] = []
  for (let ms = from.getTime(); ms < until.getTime(); ms += 86_400_000)
    days.push(new Date(ms).toISOString().slice(0, 10))
  expect(rows.map(({ day }) => day)).toEqual(days)
})

function nextQuarter(at: Date): Date {
  return new Date(at.getTime() + 15 * 60_000)
}

/** Ticks soon after slots, except in downtimes, and at random; people who pause and resume. */
function makeHappenings(random: Random): Happening[] {
  const wanted = new Set<number>()
  for (const times of slots.values()) for (const at of times) wanted.add(at.getTime() + random.between(0, 59_000))
  for (let ms = from.getTime(); ms < until.getTime(); ms += random.between(1, 24 * 3_600_000)) wanted.add(ms)
  const downtimes = makeDowntimes(random)
  const isUp = (ms: number): boolean => !downtimes.some(([down, up]) => down <= ms && ms < up)
  const ticks: Happening[] = [...wanted].filter(isUp).map((ms) => ({ at: new Date(ms), what: 'tick' }))
  const people: Happening[] = simulatedSchedules
    .filter(({ name }) => name !== 'berlin_nightly')
    .flatMap(({ name }) => makePauses(random, name))
  return [...ticks, ...people].sort((a, b) => a.at.getTime() - b.at.getTime())
}

function makeDowntimes(random: Random): [number, number][] {
  const downtimes: [number, number][] = []
  for (let ms = from.getTime(); ms < until.getTime(); ) {
    const down = ms + random.between(1, 6 * 86_400_000)
    ms = down + random.between(1, random.chance(0.2) ? 3 * 86_400_000 : 5 * 3_600_000)
    downtimes.push([down, ms])
  }
  return downtimes
}

function makePauses(random: Random, schedule: string): Happening[] {
  const pauses: Happening[] = []
  for (let ms = from.getTime() + random.between(0, 30 * 86_400_000); ms < until.getTime(); ) {
    if (random.chance(0.3)) pauses.push({ at: new Date(ms), what: 'pause', schedule })
    ms += random.between(3_600_000, 3 * 86_400_000)
    pauses.push({ at: new Date(ms), what: 'resume', schedule })
    ms += random.between(1, 40 * 86_400_000)
  }
  return pauses
}

/** Has everything happen; each tick by one overseer, the other, both at once, or one that dies in the middle and the other. */
async function simulate(random: Random): Promise<void> {
  const [one, other] = overseers
  const troubles: Error[] = []
  const tick = async (journal: Journal, at: Date): Promise<unknown> =>
    tickSchedules(journal, means, (error) => troubles.push(error), at)
  for (const happening of happenings) {
    const { at } = happening
    if (happening.what === 'pause') await pauseSchedule(one, happening.schedule, 'test')
    if (happening.what === 'resume') await resumeSchedule(one, happening.schedule)
    if (happening.what !== 'tick') continue
    await endRuns(at)
    const luck = random.fraction()
    if (luck < 0.3) await tick(one, at)
    else if (luck < 0.6) await tick(other, at)
    else if (luck < 0.9) await Promise.all([tick(one, at), tick(other, at)])
    else {
      await tickSchedules(one, dying, () => {}, at)
      await tick(other, at)
    }
  }
  expect(troubles).toEqual([])
}

const means: RunMeans = { storeId: 'simulation', slotsOf: () => 1 }
const dying: RunMeans = {
  storeId: 'simulation',
  slotsOf: () => {
    throw new Error('This overseer dies while it writes a run.')
  },
}

/** Ends the runs that are over by then, or were cancelled. */
async function endRuns(now: Date): Promise<void> {
  const { pool } = overseers[0]
  const { rows } = await pool.query<{ run: string; schedule: string; at: Date; startedAt: Date; isCancelled: boolean }>(
    `SELECT t.run, t.schedule, t.at, t.started_at AS "startedAt", r.cancel_requested_at IS NOT NULL AS "isCancelled"
     FROM querypool.run r JOIN querypool.slot_run t ON t.run = r.id WHERE r.state IN ('queued', 'running')`,
  )
  for (const { run, schedule, at, startedAt, isCancelled } of rows) {
    const { ms, state } = fateOf(schedule, at)
    const endsAt = new Date(startedAt.getTime() + ms)
    if (isCancelled || endsAt <= now)
      await pool.query('UPDATE querypool.run SET state = $2, finished_at = $3 WHERE id = $1', [
        run,
        isCancelled ? 'cancelled' : state,
        endsAt,
      ])
  }
}

async function readLedger(schedule: string): Promise<{ at: Date; startedAt: Date | null; skipped: string | null }[]> {
  const { rows } = await overseers[0].pool.query<{ at: Date; startedAt: Date | null; skipped: string | null }>(
    `SELECT s.at, t.started_at AS "startedAt", s.reason AS skipped
     FROM querypool.slot s LEFT JOIN querypool.slot_run t USING (schedule, at) WHERE schedule = $1 ORDER BY at`,
    [schedule],
  )
  return rows
}

async function countRuns(): Promise<object | undefined> {
  const { rows } = await overseers[0].pool.query<object>(
    `SELECT (SELECT count(*)::int FROM querypool.run) AS runs, count(*)::int AS "runsOfSlots",
       count(DISTINCT (schedule, at))::int AS "slotsWithRuns" FROM querypool.slot_run`,
  )
  return rows[0]
}
