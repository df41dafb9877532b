import { tickSchedules } from '@querypool/shared/journal'
import { slotsWithoutLimit } from '@querypool/shared/run'
import type { Charges } from './charge.ts'

/**
 * Gives what looks after the schedules of the installation, see tickSchedules. All overseers do it all the time: each
 * schedule is locked by the one that is at it.
 * @param onTrouble told of a schedule that could not be looked after; the others are, and it is tried again next time
 * @returns whether there is more to do at once
 */
export function scheduleTicker(charges: Charges, onTrouble: (error: Error) => void): () => Promise<boolean> {
  const slotsOf = (database: string): number => charges.of(database)?.database?.maxConcurrency ?? slotsWithoutLimit
  return () => tickSchedules(charges.journal, { storeId: charges.store.id, slotsOf }, onTrouble)
}
