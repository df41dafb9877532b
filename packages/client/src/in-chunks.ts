/** Some items of an iterable. */
export interface Chunk<T> {
  readonly items: readonly T[]
  /** Whether there are no more. */
  readonly isLast: boolean
}

const late = Symbol('late')
const stopped = Symbol('stopped')

/**
 * The items of an iterable in chunks of at most `most`. One that gives them slowly is not waited for longer than `gatherMs`
 * once a chunk has begun. There is always a last chunk, which may be empty. The iterable is closed when the reader leaves,
 * or when the signal is aborted, which ends the chunks.
 */
export async function* inChunks<T>(
  iterable: Iterable<T> | AsyncIterable<T>,
  most: number,
  gatherMs: number,
  signal: AbortSignal,
): AsyncGenerator<Chunk<T>, void, undefined> {
  const iterator = Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]()
  let isOver = false
  const pull = async (): Promise<IteratorResult<T>> => iterator.next()
  const onStop = new Promise<typeof stopped>((resolve) => {
    if (signal.aborted) resolve(stopped)
    signal.addEventListener('abort', () => resolve(stopped), { once: true })
  })
  let next = pull()
  try {
    for (let isLast = false; !isLast; ) {
      const items: T[] = []
      let timer: NodeJS.Timeout | undefined
      let onLate: Promise<typeof late> | null = null
      while (items.length < most) {
        const taken = await Promise.race([onStop, next, ...(onLate === null ? [] : [onLate])])
        if (taken === stopped) return
        if (taken === late) break
        if (taken.done) {
          isLast = true
          break
        }
        items.push(taken.value)
        next = pull()
        // Whoever takes the next item is told; until then it is nobody's.
        next.catch(() => {})
        onLate ??= new Promise((resolve) => {
          timer = setTimeout(() => resolve(late), gatherMs)
        })
      }
      clearTimeout(timer)
      isOver = isLast
      yield { items, isLast }
    }
  } catch (error) {
    isOver = true
    throw error
  } finally {
    // Not waited for: a generator that waits for something itself cannot be closed before it comes.
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
