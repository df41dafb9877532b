import { expect, test } from 'vitest'
import { attemptJobId, collectJobId, dispatchJobId, finishJobId, originOfJob } from './names.ts'

const attempt = { run: 'r06yhzx3abcde', generation: 2, job: 30, attempt: 4 }

test.each([
  [attemptJobId(attempt), { run: attempt.run, generation: 2, attempt: { job: 30, attempt: 4 } }],
  [collectJobId(attempt), { run: attempt.run, generation: 2, attempt: { job: 30, attempt: 4 } }],
  [finishJobId(attempt.run, 1), { run: attempt.run, generation: 1, attempt: null }],
  [finishJobId(attempt.run, 12), { run: attempt.run, generation: 12, attempt: null }],
  [dispatchJobId(attempt.run, 7), { run: attempt.run, generation: null, attempt: null }],
  ['something-else', null],
])('the id %s says what the job is of', (id, origin) => {
  expect(originOfJob(id)).toEqual(origin)
})
