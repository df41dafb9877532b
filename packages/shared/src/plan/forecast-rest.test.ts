import { expect, test } from 'vitest'
import { forecastRest, type QueryUnderWay } from './forecast-rest.ts'
import { restOfRun } from './rest-of-run.ts'
import { slotsInUse } from './slots-in-use.ts'

const now = new Date(100_000)

test('the rest of a run is what its schedule has left: what runs for the rest of its time, then what waits', () => {
  const queries = [running(0, 10_000, 4000), running(1, 8000, 7000), queued(2, 3000), queued(3, 4000)]
  // Slot 2 is free after 1 s for the 4 s; slot 1 ends after 6 s; the 3 s begin after 5 s.
  expect(forecastRest(queries, 2, now)).toBe(8000)
})

test('a query that is over its time is expected to need as much again as it is over', () => {
  expect(forecastRest([running(0, 10_000, 10_000)], 1, now)).toBe(0)
  expect(forecastRest([running(0, 10_000, 13_000)], 1, now)).toBe(3000)
})

test('a query of unknown duration is taken for what those of the run have taken, else are expected to take', () => {
  const unknown = queued(0, null)
  expect(forecastRest([unknown, done(1, 2000), done(2, 4000)], 1, now)).toBe(3000)
  expect(forecastRest([unknown, queued(1, 5000)], 1, now)).toBe(10_000)
  expect(forecastRest([unknown], 1, now)).toBeNull()
})

test('what needs others begins after them', () => {
  const waiting = [{ ...queued(2, 3000), needs: ['q0'] }, { ...queued(3, 2000), needs: ['q2', 'q9'] }, queued(4, 9000)]
  expect(forecastRest([running(0, 10_000, 4000), done(9, 1), ...waiting], 2, now)).toBe(11_000)
})

test('the slots of a run whose queries all wait for the one that runs are not one', () => {
  const run = { private: false, slots: 3, finishedAt: null, cancelRequestedAt: null, stoppedAt: null }
  const waiting = [1, 2, 3].map((position) => ({ ...queued(position, 1000), needs: ['q0'] }))
  const first = running(0, 10_000, 4000)
  expect(restOfRun(run, [first, ...waiting], now)).toBe(7000)
  expect(restOfRun(run, [first, ...waiting, queued(4, 1000)], now)).toBe(10_000)
})

test('nothing is left of a run whose queries have all ended', () => {
  expect(forecastRest([done(0, 1000)], 4, now)).toBe(0)
})

test('between two queries of a slot it counts as in use', () => {
  expect(slotsInUse([running(0, null, 5000), running(1, null, 5000), queued(2, null)], now)).toBe(2)
  const justEnded = { ...done(0, 3000), finishedAt: new Date(now.getTime() - 10) }
  expect(slotsInUse([justEnded, running(1, null, 5000), queued(2, null)], now)).toBe(2)
  expect(slotsInUse([queued(0, null)], now)).toBe(0)
})

function named(position: number): Pick<QueryUnderWay, 'position' | 'name' | 'needs'> {
  return { position, name: `q${position}`, needs: [] }
}

function running(position: number, expectedMs: number | null, ranMs: number): QueryUnderWay {
  return {
    ...named(position),
    state: 'running',
    expectedMs,
    startedAt: new Date(now.getTime() - ranMs),
    finishedAt: null,
  }
}

function queued(position: number, expectedMs: number | null): QueryUnderWay {
  return { ...named(position), state: 'queued', expectedMs, startedAt: null, finishedAt: null }
}

/** A query that ended long ago. */
function done(position: number, tookMs: number): QueryUnderWay {
  return {
    ...named(position),
    state: 'succeeded',
    expectedMs: null,
    startedAt: new Date(0),
    finishedAt: new Date(tookMs),
  }
}
