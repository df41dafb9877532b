import type { WorkerRecord } from '@querypool/shared/queue'
import { expect, test } from 'vitest'
import { type WaitingFacts, waitingReasons } from './waiting-reasons.ts'

test('a run of which nothing waits has no reasons', () => {
  expect(codes({ counts: { needing: 0, unclaimed: 0, retrying: 0, ready: 0, retryAt: null } })).toEqual([])
})

test.each([
  ['no overseer lives', { overseers: 0 }, 'QP_WAITS_FOR_OVERSEER'],
  ['Redis does not answer', { redis: null }, 'QP_WAITS_FOR_REDIS'],
  ['nobody holds its snapshot', { lacksSnapshot: true }, 'QP_WAITS_FOR_SNAPSHOT'],
  ['the database is paused', { paused: true }, 'QP_WAITS_FOR_RESUME'],
  [
    'nobody serves the database',
    { redis: { active: 0, workers: [worker({ databases: ['other'] })] } },
    'QP_WAITS_FOR_WORKER',
  ],
  ['all workers are drained', { redis: { active: 0, workers: [worker({ state: 'drained' })] } }, 'QP_WAITS_FOR_WORKER'],
  ['the database is full', { redis: { active: 4, workers: [worker({ concurrency: 9 })] } }, 'QP_WAITS_FOR_SLOT'],
  ['the workers are busy', { redis: { active: 2, workers: [worker({ concurrency: 2 })] } }, 'QP_WAITS_FOR_FREE_WORKER'],
])('when %s, that is the reason', (_, facts: Partial<WaitingFacts>, code) => {
  expect(codes(facts)[0]).toBe(code)
})

test('queries that wait for a retry, for their turn or for others that they need are told apart from those that could begin', () => {
  const counts = { needing: 5, unclaimed: 700, retrying: 2, ready: 198, retryAt: new Date(4500) }
  expect(waitingReasons({ ...usual, counts })).toMatchObject([
    { code: 'QP_WAITS_FOR_FREE_WORKER', queries: 198 },
    { code: 'QP_WAITS_FOR_RETRY', queries: 2, message: 'The first is tried again in 5 s.' },
    { code: 'QP_WAITS_FOR_TURN', queries: 700, message: '200 queries of the run go before them.' },
    { code: 'QP_WAITS_FOR_NEEDS', queries: 5 },
  ])
})

const usual: WaitingFacts = {
  database: 'sales',
  counts: { needing: 0, unclaimed: 0, retrying: 0, ready: 3, retryAt: null },
  overseers: 1,
  paused: false,
  lacksSnapshot: false,
  maxConcurrency: 4,
  redis: { active: 2, workers: [worker({})] },
  now: new Date(0),
}

function codes(facts: Partial<WaitingFacts>): string[] {
  return waitingReasons({ ...usual, ...facts }).map(({ code }) => code)
}

function worker(known: Partial<WorkerRecord>): WorkerRecord {
  const rest = { id: 'w', host: 'h', pid: 1, version: '0', startedAt: '', running: [], saidAt: null, trouble: null }
  return { ...rest, databases: ['sales'], concurrency: 2, state: 'working', ...known }
}
