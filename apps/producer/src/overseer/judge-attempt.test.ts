import type { JobState } from '@querypool/shared/journal'
import type { Manifest, Outcome } from '@querypool/shared/result'
import { describe, expect, it } from 'vitest'
import { judgeAttempt } from './judge-attempt.ts'

const id = { run: 'r1', generation: 1, job: 4, attempt: 2 }
const now = new Date('2026-01-02T03:04:05Z')
const completed = { state: 'completed', failure: null } as const

describe('judging an attempt', () => {
  it('records the rows of a query that succeeded', () => {
    const settlement = judgeAttempt(id, job(), manifest(outcome('succeeded')), completed, now)
    expect(settlement.verdicts).toMatchObject([
      { position: 7, state: 'succeeded', artifact: { key: 'r1/1/4/2/rows.csv', offset: 0, bytes: 11, rows: 1 } },
    ])
  })

  it('records the rows of a write where its manifest says that they are', () => {
    const written = { ...outcome('succeeded'), artifact: 'r1/1/3/1/rows-a.csv' }
    const settlement = judgeAttempt(
      id,
      job({}, { ending: { why: 'cancelled', by: 'ada@host' } }),
      manifest(written),
      completed,
      now,
    )
    expect(settlement.verdicts).toMatchObject([{ state: 'succeeded', artifact: { key: 'r1/1/3/1/rows-a.csv' } }])
  })

  it('fails a query at once when its error would come again', () => {
    const settlement = judgeAttempt(id, job(), manifest(outcome('failed', '42703')), completed, now)
    expect(settlement.verdicts).toMatchObject([{ state: 'failed', error: { sqlState: '42703', offset: 3 } }])
    expect(settlement.failed).toEqual([7])
  })

  it('tries a query again whose failure can pass, until its retries are used up', () => {
    const serialization = manifest(outcome('failed', '40001'))
    const first = judgeAttempt(id, job(), serialization, completed, now)
    expect(first.verdicts).toEqual([])
    expect(first.delayMs).toBeGreaterThan(0)
    const last = judgeAttempt(id, job({ failures: 3 }), serialization, completed, now)
    expect(last.verdicts).toMatchObject([{ state: 'failed' }])
  })

  it('does not count a query against its retries that a stopping worker gave back', () => {
    const settlement = judgeAttempt(id, job(), manifest(outcome('givenBack')), completed, now)
    expect(settlement).toMatchObject({ verdicts: [], failed: [] })
  })

  it('tries a query again whose worker died, and gives it up at the third', () => {
    const died = { state: 'failed', failure: null } as const
    expect(judgeAttempt(id, job(), null, died, now)).toMatchObject({ verdicts: [], workerLost: true })
    expect(judgeAttempt(id, job({}, { lostWorkers: 2 }), null, died, now).verdicts).toMatchObject([
      { state: 'failed', error: { code: 'QP_WORKER_LOST' } },
    ])
  })

  it('cancels what has no result when the run is cancelled, but keeps what succeeded', () => {
    const asked = job({}, { ending: { why: 'cancelled', by: 'ada@host' } })
    expect(judgeAttempt(id, asked, null, { state: 'gone', failure: null }, now).verdicts).toMatchObject([
      { state: 'cancelled', error: { message: 'cancelled by ada@host' } },
    ])
    expect(judgeAttempt(id, asked, manifest(outcome('failed', '57014')), completed, now).verdicts).toMatchObject([
      { state: 'cancelled' },
    ])
    expect(judgeAttempt(id, asked, manifest(outcome('succeeded')), completed, now).verdicts).toMatchObject([
      { state: 'succeeded' },
    ])
  })

  it('skips what has not begun when a failure stops the run, cancels what was running, and keeps failures of its own', () => {
    const stopped = { ending: { why: 'stopped', by: 'totals' } } as const
    const settled = (query: Parameters<typeof job>[0], left: Manifest | null) =>
      judgeAttempt({ ...id, attempt: 1 }, job(query, stopped), left, completed, now).verdicts
    expect(settled({}, null)).toMatchObject([
      { state: 'skipped', error: { code: 'QP_STOPPED', message: 'skipped because totals failed' } },
    ])
    const cancelled = [
      { state: 'cancelled', error: { code: 'QP_STOPPED', message: 'cancelled because totals failed' } },
    ]
    expect(settled({ runningSince: now.toISOString() }, null)).toMatchObject(cancelled)
    const inDatabase = outcome('failed', '57014', 'QP_CANCELLED_IN_DATABASE')
    expect(settled({}, manifest(inDatabase))).toMatchObject(cancelled)
    expect(settled({}, manifest(outcome('failed', '57P01')))).toMatchObject(cancelled)
    expect(settled({}, manifest(outcome('failed', '22012')))).toMatchObject([
      { state: 'failed', error: { code: 'QP_SQL_ERROR' } },
    ])
  })

  it('has another worker try what one refuses, without counting it, and gives up at the twentieth', () => {
    const end = { state: 'completed', failure: { code: 'QP_STORE_MISMATCH', message: 'another store' } } as const
    const refused = judgeAttempt(id, job({ failures: 3 }), null, end, now)
    expect(refused).toMatchObject({ verdicts: [], failed: [], event: { code: 'QP_STORE_MISMATCH' } })
    const last = judgeAttempt({ ...id, attempt: 20 }, job(), null, end, now)
    expect(last.verdicts).toMatchObject([{ state: 'failed', error: { code: 'QP_STORE_MISMATCH' } }])
  })

  it('knows nothing against a query whose job Redis has lost', () => {
    expect(judgeAttempt(id, job(), null, { state: 'gone', failure: null }, now)).toMatchObject({
      verdicts: [],
      failed: [],
      workerLost: false,
    })
  })
})

const waiting = {
  position: 7,
  name: 'sales',
  effect: 'read' as const,
  failures: 0,
  retries: null,
  timeoutMs: null,
  runningSince: null,
  worker: null,
}

function job(query: { failures?: number; runningSince?: string } = {}, state: Partial<JobState> = {}): JobState {
  return {
    isCurrent: true,
    isPast: false,
    lostWorkers: 0,
    ending: null,
    queries: [{ ...waiting, ...query }],
    ...state,
  }
}

function manifest(one: Outcome): Manifest {
  return { version: 1, ...id, worker: 'worker-1', outcomes: [one] }
}

function outcome(state: Outcome['state'], sqlState: string | null = null, code = 'QP_SQL_ERROR'): Outcome {
  const failure = { code, message: 'no', sqlState, offset: 3, detail: null, hint: null }
  return {
    position: 7,
    name: 'sales',
    state,
    startedAt: now.toISOString(),
    finishedAt: now.toISOString(),
    rows: 1,
    offset: 0,
    bytes: 11,
    sha256: 'x',
    columns: [],
    failure: state === 'succeeded' ? null : failure,
  }
}
