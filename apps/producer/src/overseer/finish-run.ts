import { finishRun as finishInJournal, isInputOpen, readRun, recordEvent } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import type { Charge } from './charge.ts'
import { dispatchRun } from './dispatch-run.ts'
import { writeReport } from './write-report.ts'

/**
 * Ends a generation of a run if the journal has a result of every query; else puts into Redis what it lacks. One that was
 * cancelled or stopped is ended elsewhere, see `end-run.ts`; this only waits for that.
 * @returns `finished`: it is over, or was followed by another one already; `waits`: the caller must wait for its children
 *   again, or look again later if it has none
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
  if (isEnding) return 'waits'
  // What was claimed, but did not come to Redis, was no child when this was let go.
  const { restored } = await dispatchRun(charge, run, generation)
  // While queries are being added, those that were claimed last may only just be on their way.
  if (restored > 0 && !(await isInputOpen(charge.journal, run))) {
    const message = `${restored} jobs were not in Redis when all others had ended, and were made again.`
    await recordEvent(charge.journal, run, 'QP_RUN_DISPATCHED_AGAIN', message)
  }
  return 'waits'
}
