import { markRemovable, readRemoving, readWhichAreOver, sweepAlone } from '@querypool/shared/journal'
import { isStoreOf, listRunFolders } from '@querypool/shared/result'
import type { Charges } from './charge.ts'
import { removeRun } from './remove-run.ts'

/** What is kept. */
export interface Retention {
  /** How long runs are kept after their end, in ms; null: for ever. */
  readonly runsMs: number | null
  /** How many are kept; null: any number. */
  readonly maxRuns: number | null
}

const runsAtOnce = 100
const sliceMs = 2000
const cleaningMs = 24 * 3600 * 1000
const orphanAgeMs = 24 * 3600 * 1000

/**
 * Gives what removes the runs that are no longer kept, and what nothing knows in the store, unless another overseer is at
 * it: a slice of two seconds of that at a time.
 * @param onTrouble told of a run that could not be removed; the others are, and it is tried again next time
 * @returns whether there is more to do at once
 */
export function retainer(
  charges: Charges,
  retention: Retention,
  onTrouble: (error: Error) => void,
): () => Promise<boolean> {
  let work: AsyncGenerator<void> | null = null
  let cleanedAt = 0
  return async () => {
    let isMore = false
    await sweepAlone(charges.journal, 'retain', async () => {
      const isCleaningDue = Date.now() - cleanedAt > cleaningMs
      if (work === null && isCleaningDue) cleanedAt = Date.now()
      work ??= retain(charges, retention, isCleaningDue, onTrouble)
      try {
        isMore = await advance(work, sliceMs)
      } finally {
        if (!isMore) work = null
      }
    })
    return isMore
  }
}

async function advance(work: AsyncGenerator<void>, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  do {
    if ((await work.next()).done) return false
  } while (Date.now() < deadline)
  return true
}

/** Each step is a small one, and nothing is half done between two of them that the next pass would not complete. */
async function* retain(
  charges: Charges,
  retention: Retention,
  isCleaning: boolean,
  onTrouble: (error: Error) => void,
): AsyncGenerator<void> {
  const { journal, store } = charges
  const failed: string[] = []
  for (;;) {
    const removing = await readRemoving(journal, store.id, failed, runsAtOnce)
    for (const run of removing) {
      try {
        yield* removeRun(charges, run)
      } catch (error) {
        failed.push(run.run)
        onTrouble(error instanceof Error ? error : new Error(String(error)))
      }
    }
    if (removing.length > 0) continue
    if ((await markRemovable(journal, { storeId: store.id, ...retention }, runsAtOnce)) === 0) break
  }
  if (isCleaning) yield* cleanStore(charges)
}

/**
 * Removes from the store, of what is older than a day, what will never be read: folders of runs that the journal does not
 * know, if the store is this installation's alone, and files of ended runs that nobody has finished to put.
 */
async function* cleanStore({ journal, store }: Charges): AsyncGenerator<void> {
  const since = new Date(Date.now() - orphanAgeMs)
  const isOwn = await isStoreOf(store, journal.installation)
  for await (const run of listRunFolders(store)) {
    const isOver = (await readWhichAreOver(journal, [run])).get(run)
    if (isOver) yield* store.removeUnfinished(run, since)
    else if (isOver === undefined && isOwn) {
      const changedAt = await store.changedAt(run)
      if (changedAt === null || changedAt < since) yield* store.removeFolder(run)
    }
    yield
  }
}
