import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { recordEvent } from './record-event.ts'
import { askForCancel } from './request-cancel.ts'

/**
 * Cancels a run whose input will never be whole, and records why. One whose input is closed by now is left alone.
 * @param by who cancels it, for the record
 * @param why what became of the input, as a sentence
 */
export async function loseInput(journal: Journal, run: string, by: string, why: string): Promise<void> {
  // At once: whoever sees that the run has ended finds there why.
  await inTransaction(journal.pool, async (client) => {
    if ((await askForCancel(client, run, by, 'if its input is open')) === 'over') return
    await recordEvent({ pool: client }, run, 'QP_INPUT_LOST', why)
  })
}
