import { finishRun as finishInJournal, nextDispatch, readRun } from '@querypool/shared/journal'
import { addDispatch } from '@querypool/shared/queue'
import type { Charge } from './charge.ts'
import { findRunBackends } from './find-run-backends.ts'
import { writeReport } from './write-report.ts'

const inputPollMs = 1000

/**
 * Ends a run if the journal has a result of every query; else has it dispatched once more.
 * @returns `waits`: a child was added, the caller must wait for it again
 */
export async function finishRun(charge: Charge, run: string): Promise<'finished' | 'waits'> {
  const before = await readRun(charge.journal, run)
  const isLeft = before.cancelRequestedAt !== null && (await findRunBackends(charge, run)).length > 0
  const state = isLeft
    ? null
    : await finishInJournal(charge.journal, run, (ended) => writeReport(charge.journal, charge.store, ended))
  if (state !== null) return 'finished'
  const delayMs = isLeft || before.counts.queued === 0 ? inputPollMs : 0
  await addDispatch(charge.queue, run, await nextDispatch(charge.journal, run), delayMs)
  return 'waits'
}
