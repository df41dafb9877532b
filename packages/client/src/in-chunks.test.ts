import { expect, test } from 'vitest'
import { inChunks } from './in-chunks.ts'

const never = new AbortController().signal

test('items come in chunks of at most so many, the last of which says so', async () => {
  expect(await all(inChunks([1, 2, 3, 4, 5], 2, 60_000, never))).toEqual([
    { items: [1, 2], isLast: false },
    { items: [3, 4], isLast: false },
    { items: [5], isLast: true },
  ])
})

test('nothing is one empty chunk', async () => {
  expect(await all(inChunks([], 2, 60_000, never))).toEqual([{ items: [], isLast: true }])
})

test('what comes slowly is not waited for once a chunk has begun', async () => {
  const source = openSource()
  const chunks = inChunks(source.items(), 1000, 1, never)
  expect(await chunks.next()).toMatchObject({ value: { items: [0], isLast: false } })
  source.goOn()
  expect(await chunks.next()).toMatchObject({ value: { items: [1], isLast: true } })
})

test('a reader that leaves closes the iterable, and one that is stopped does not wait for it', async () => {
  const source = openSource()
  const stop = new AbortController()
  const chunks = inChunks(source.items(), 1000, 1, stop.signal)
  await chunks.next()
  const next = chunks.next()
  stop.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(source.isClosed()).toBe(false)
  source.goOn()
  await source.closed
  expect(source.isClosed()).toBe(true)
})

test('an error of the iterable is thrown where the next item would come', async () => {
  const failing = function* (): Generator<number> {
    yield 1
    throw new Error('no more')
  }
  await expect(inChunks(failing(), 1000, 60_000, never).next()).rejects.toThrow('no more')
})

/** Gives 0, and 1 when it is told to go on. */
function openSource() {
  let goOn = (): void => {}
  let close = (): void => {}
  let isClosed = false
  const gate = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const items = async function* (): AsyncGenerator<number> {
    try {
      yield 0
      await gate
      yield 1
    } finally {
      isClosed = true
      close()
    }
  }
  return { items, goOn: () => goOn(), closed, isClosed: () => isClosed }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
