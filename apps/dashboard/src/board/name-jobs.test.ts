import type { NamedJob, NamedRun } from '@querypool/shared/journal'
import { expect, test } from 'vitest'
import { nameJob } from './name-jobs.ts'

const run: NamedRun = { run: 'r1', batch: 'daily_sales', state: 'running' }
const job: NamedJob = { run: 'r1', job: 7, first: 'top_customers', count: 1, state: null, settledBy: null }
const data = { run: 'r1', generation: 1, job: 7, attempt: 1 }

test('a job is named by its batch and query', () => {
  expect(nameJob('run-queries', data, run, job)).toEqual({
    inList: 'run-queries · daily_sales: top_customers',
    inFlow: 'top_customers · run-queries',
  })
  expect(nameJob('collect-results', data, run, { ...job, count: 3 }).inList).toBe(
    'collect-results · daily_sales: top_customers and 2 more',
  )
})

test('a further attempt has its number, and the one that failed says so, for its job is completed', () => {
  const failed: NamedJob = { ...job, state: 'failed', settledBy: 2 }
  expect(nameJob('run-queries', { ...data, attempt: 2 }, run, failed)).toEqual({
    inList: 'run-queries · daily_sales: top_customers #2 (failed)',
    inFlow: 'top_customers #2 (failed) · run-queries',
  })
  expect(nameJob('run-queries', data, run, failed).inList).toBe('run-queries · daily_sales: top_customers')
})

test('the job that ends a run says how it ended, unless it succeeded', () => {
  const named = (state: NamedRun['state']): string =>
    nameJob('finish-run', { run: 'r1' }, { ...run, state }, undefined).inList
  expect(named('partial')).toBe('finish-run · daily_sales (partial)')
  expect(named('succeeded')).toBe('finish-run · daily_sales')
  expect(named('running')).toBe('finish-run · daily_sales')
})

test('what the journal does not know is named by the ids of run and job', () => {
  expect(nameJob('run-queries', data, undefined, undefined).inList).toBe('run-queries · r1: job 7')
  expect(nameJob('something-new', {}, undefined, undefined).inList).toBe('something-new')
})
