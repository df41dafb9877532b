import { describe, expect, test } from 'vitest'
import type { NotifyEvent } from './definition.ts'
import { judgeEnd, type Outcome, type Standing } from './standing.ts'

/** What a hook is told by runs that end so, one after the other; `-` is nothing. */
function told(on: readonly NotifyEvent[], outcomes: readonly Outcome[]): string {
  let standing: Standing = { outcome: null, told: null }
  const events = outcomes.map((outcome) => {
    const judged = judgeEnd(on, standing, outcome)
    standing = judged.standing
    return judged.event ?? '-'
  })
  return events.join(' ')
}

const trouble: readonly NotifyEvent[] = ['failure', 'partial', 'recovery']

describe('a hook that wants to know of trouble', () => {
  test('is told of the first failure, not of those after it, and of the recovery', () => {
    expect(told(trouble, ['failure', 'failure', 'failure', 'success', 'success'])).toBe('failure - - recovery -')
  })

  test('is told of a failure again once a run has succeeded', () => {
    expect(told(trouble, ['failure', 'success', 'failure'])).toBe('failure recovery failure')
  })

  test('is told when it gets worse, not when it gets a little better', () => {
    expect(told(trouble, ['partial', 'failure', 'partial', 'failure', 'success'])).toBe('partial failure - - recovery')
  })

  test('is not told of a first success', () => {
    expect(told(trouble, ['success', 'partial', 'success'])).toBe('- partial recovery')
  })
})

test('a hook that wants successes is told of each', () => {
  expect(told(['success'], ['success', 'failure', 'success', 'success'])).toBe('success - success success')
})

test('a recovery is told once, and not as a success too', () => {
  expect(told(['success', 'recovery'], ['partial', 'success', 'success'])).toBe('- recovery success')
})

test('a failure that a hook does not want to know of does not hide a partial end', () => {
  expect(told(['partial'], ['failure', 'partial', 'partial'])).toBe('- partial -')
})
