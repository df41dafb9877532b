import { expect, test } from 'vitest'
import { type RegisterLook, Silence } from './silence.ts'

/** Looks every 5 s with a limit of 20 s; `said` tells what a worker says anew, or repeats its last word for false. */
function looks(...steps: readonly { said: string[] | false; connection?: string; afterMs?: number }[]): boolean[] {
  const silence = new Silence(20_000, 5000)
  let nowMs = 0
  let word: RegisterLook['workers'] = []
  return steps.map(({ said, connection = 'one', afterMs = 5000 }, index) => {
    nowMs += afterMs
    if (said) word = [{ id: 'worker', saidAt: `${index}`, attempts: said }]
    const look = { askedAtMs: nowMs, answeredAtMs: nowMs + 10, connection, workers: word }
    nowMs += 10
    return silence.look(look, ['attempt']).has('attempt')
  })
}

const nothing = { said: [] }
const stale = { said: false } as const

test('an attempt of which nobody says that he runs it is silent after the limit, and not before', () => {
  expect(looks(nothing, nothing, nothing, nothing, nothing)).toEqual([false, false, false, false, true])
})

test('a word that is only repeated is none: the worker has stood still since', () => {
  expect(looks({ said: ['attempt'] }, stale, stale, stale, stale, stale)).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
  ])
})

test('a word begins the time anew, also one that comes after the lock was lost', () => {
  const silent = [nothing, nothing, nothing]
  expect(looks(...silent, { said: ['attempt'] }, ...silent, nothing)).not.toContain(true)
})

test('the word of a worker that runs something else does not count', () => {
  expect(looks(...Array.from({ length: 5 }, () => ({ said: ['other'] }))).at(-1)).toBe(true)
})

test('time in which Redis was away, restarted, or another one does not count', () => {
  const other = { ...nothing, connection: 'two' }
  expect(looks(nothing, nothing, nothing, nothing, other, other, other, other)).not.toContain(true)
})

test('time in which the overseer stood still does not count', () => {
  expect(looks(nothing, nothing, nothing, nothing, { ...nothing, afterMs: 600_000 }, nothing)).not.toContain(true)
})

test('a worker of an older version speaks by being there', () => {
  const silence = new Silence(20_000, 5000)
  for (let nowMs = 0; nowMs < 60_000; nowMs += 5000) {
    const workers = [{ id: 'worker', saidAt: null, attempts: ['attempt'] }]
    const look = { askedAtMs: nowMs, answeredAtMs: nowMs, connection: 'one', workers }
    expect(silence.look(look, ['attempt']).size).toBe(0)
  }
})
