import { finishRun as finishInJournal, nextDispatch, readRun } from '@querypool/shared/journal'
import { addDispatch } from '@querypool/shared/queue'
import { isTerminal } from '@querypool/shared/run'
import type { Charge } from './charge.ts'
import { writeReport } from './write-report.ts'

const inputPollMs = 1000

/**
 * Ends a generation of a run if the journal has a result of every query; else has it dispatched once more. One that was
 * cancelled or stopped is ended elsewhere, see `end-run.ts`; this only waits for that.
 * @returns `finished`: it is over, or was followed by another one already; `waits`: a child was added, the caller must wait
 *   for it again
 */
export async function finishRun(charge: Charge, run: string, generation: number): Promise<'finished' | 'waits'> {
  const before = await readRun(charge.journal, run)
  if (before.generation !== generation) return 'finished'
  const isEnding = before.cancelRequestedAt !== null || before.stoppedAt !== null
  const state =
    isEnding || isTerminal(before.state)
      ? before.state
      : await finishInJournal(charge.journal, run, (ended) => writeReport(charge.journal, charge.store, ended))
  if (state !== null && isTerminal(state)) return 'finished'
  const delayMs = isEnding || before.counts.queued === 0 ? inputPollMs : 0
  const dispatch = await nextDispatch(charge.journal, run, generation)
  if (dispatch === null) return 'finished'
  await addDispatch(charge.queue, { run, generation }, dispatch, delayMs)
  return 'waits'
}
