import type { Journal } from './journal.ts'
import { recordEvent } from './record-event.ts'
import { requestCancel } from './request-cancel.ts'

/**
 * Cancels a run whose input will never be whole, and records why. One whose input is closed by now is left alone.
 * @param by who cancels it, for the record
 * @param why what became of the input, as a sentence
 */
export async function loseInput(journal: Journal, run: string, by: string, why: string): Promise<void> {
  const isCancelled = (await requestCancel(journal, run, by, 'if its input is open')) !== 'over'
  if (isCancelled) await recordEvent(journal, run, 'QP_INPUT_LOST', why)
}
