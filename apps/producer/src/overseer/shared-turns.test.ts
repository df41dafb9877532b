import { expect, it } from 'vitest'
import { SharedTurns } from './shared-turns.ts'

/** Work whose turns end when they are told to. */
function slowWork() {
  const begun: { resolve(value: number): void; reject(error: Error): void }[] = []
  const work = (): Promise<number> => new Promise((resolve, reject) => begun.push({ resolve, reject }))
  return { begun, work }
}

it('shares the next turn among those who ask during one', async () => {
  const turns = new SharedTurns<number>()
  const { begun, work } = slowWork()
  const first = turns.take('a', work)
  const second = turns.take('a', work)
  const third = turns.take('a', work)
  const other = turns.take('b', work)
  expect(begun).toHaveLength(2)
  begun[0]?.resolve(1)
  expect(await first).toBe(1)
  expect(begun).toHaveLength(3)
  // The second turn is on, and somebody who asks now gets one behind it.
  const fourth = turns.take('a', work)
  expect(begun).toHaveLength(3)
  begun[2]?.resolve(2)
  expect(await Promise.all([second, third])).toEqual([2, 2])
  expect(begun).toHaveLength(4)
  begun[3]?.resolve(3)
  begun[1]?.resolve(0)
  expect(await Promise.all([fourth, other])).toEqual([3, 0])
  void turns.take('a', work)
  expect(begun).toHaveLength(5)
})

it('goes on after a turn that failed, of which only those are told who had it', async () => {
  const turns = new SharedTurns<number>()
  const { begun, work } = slowWork()
  const first = turns.take('a', work)
  const second = turns.take('a', work)
  begun[0]?.reject(new Error('no'))
  await expect(first).rejects.toThrow('no')
  begun[1]?.resolve(2)
  expect(await second).toBe(2)
})
