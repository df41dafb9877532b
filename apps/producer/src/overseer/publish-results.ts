import { setTimeout as wait } from 'node:timers/promises'
import { markSent, nextSending, readOutbox, readUnsent, sweepAlone, unmarkSent } from '@querypool/shared/journal'
import { countUntaken, publishEnvelopes, putSendingMark, readSendingMark, readServerRun } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'

const chunk = 500
const compareMs = 3000
const retryMs = 200
const unmarkChunk = 5000
// Envelopes beyond that wait in the journal until the consumer has taken some, so that Redis stays small: about 25 MB.
const mostUntaken = 20_000

/**
 * Gives what sends the unsent results of all runs, a chunk for each queue at a time, unless another overseer is at it.
 * Cheap when there is nothing. Every few seconds it also sees whether Redis has lost what was sent.
 * @returns whether there may be more to do at once
 */
export function publisher(charges: Charges): () => Promise<boolean> {
  let comparedAt = 0
  return async () => {
    const { queues, lastSending } = await readOutbox(charges.journal, null)
    const isCompared = lastSending === null || Date.now() - comparedAt < compareMs
    if (queues.length === 0 && isCompared) return false
    comparedAt = Date.now()
    return sweep(charges, null, mostUntaken)
  }
}

/**
 * Sends all that is unsent of a run, and returns when it is sent, by whomever. For a private run, whose overseer ends
 * then: however many envelopes nobody has taken yet, and however long Redis or the journal are away.
 */
export async function publishAllOf(charges: Charges, run: string, onTrouble: (error: Error) => void): Promise<void> {
  for (;;) {
    try {
      if ((await readOutbox(charges.journal, run)).queues.length === 0) return
      if (await sweep(charges, run, Number.POSITIVE_INFINITY)) continue
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)))
    }
    await wait(retryMs)
  }
}

async function sweep(charges: Charges, run: string | null, most: number): Promise<boolean> {
  let isMore = false
  await sweepAlone(charges.journal, 'publish', async () => {
    isMore = await step(charges, run, most)
  })
  return isMore
}

/**
 * First has sent again what Redis has lost, then sends. In this order each step can be the last one of a dying overseer:
 * what is not marked as sent is sent again, under the same ids, and what is marked lies in Redis before its number.
 */
async function step({ journal, connection }: Charges, run: string | null, most: number): Promise<boolean> {
  const serverRun = await readServerRun(connection)
  let mark = await readSendingMark(connection)
  if ((await unmarkSent(journal, mark, unmarkChunk)) > 0) return true
  if (mark === 0) {
    // So that a loss from now on shows.
    mark = await nextSending(journal)
    if (!(await putSendingMark(connection, 0, mark))) return true
  }
  const outbox = await readOutbox(journal, run)
  let isMore = false
  for (const queue of outbox.queues) {
    if (Number.isFinite(most) && (await countUntaken(connection, queue)) >= most) continue
    const unsent = await readUnsent(journal, queue, run, chunk)
    if (unsent.length === 0) continue
    const sending = await nextSending(journal)
    await publishEnvelopes(connection, queue, unsent)
    const isPut = await putSendingMark(connection, mark, sending)
    // A Redis that was started again in between may have lost the envelopes, though it took the number.
    if (!isPut || (await readServerRun(connection)) !== serverRun) return true
    await markSent(journal, unsent, sending)
    mark = sending
    isMore ||= unsent.length === chunk
  }
  return isMore
}
