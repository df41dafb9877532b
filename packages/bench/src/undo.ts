/** What is to be done at the end, from the last to the first. */
export type Undo = (() => Promise<unknown>)[]

/** Does some work, and then all that it has given to be undone, even when part of that fails. */
export async function withUndo<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const undo: Undo = []
  let value: T
  try {
    value = await work(undo)
  } catch (error) {
    // Why the work failed says more than what then could not be undone.
    await undoAll(undo).catch(() => {})
    throw error
  }
  await undoAll(undo)
  return value
}

async function undoAll(undo: Undo): Promise<void> {
  let failed = false
  let failure: unknown
  for (const step of undo.toReversed())
    await step().catch((error: unknown) => {
      failed = true
      failure = error
    })
  if (failed) throw failure
}
