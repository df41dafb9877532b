import { finishRun as finishInJournal, nextDispatch, readRun } from '@querypool/shared/journal'
import { addDispatch } from '@querypool/shared/queue'
import type { Charge } from './charge.ts'
import { findRunBackends } from './find-run-backends.ts'
import { writeReport } from './write-report.ts'

const inputPollMs = 1000

/**
 * Ends a generation of a run if the journal has a result of every query; else has it dispatched once more.
 * @returns `finished`: it is over, or was followed by another one already; `waits`: a child was added, the caller must wait for it again
 */
export async function finishRun(charge: Charge, run: string, generation: number): Promise<'finished' | 'waits'> {
  const before = await readRun(charge.journal, run)
  if (before.generation !== generation) return 'finished'
  const isLeft = before.cancelRequestedAt !== null && (await findRunBackends(charge, run)).length > 0
  const state = isLeft
    ? null
    : await finishInJournal(charge.journal, run, (ended) => writeReport(charge.journal, charge.store, ended))
  if (state !== null) return 'finished'
  const delayMs = isLeft || before.counts.queued === 0 ? inputPollMs : 0
  await addDispatch(charge.queue, { run, generation }, await nextDispatch(charge.journal, run), delayMs)
  return 'waits'
}
