import { finishRun, recordEventOnce } from '@querypool/shared/journal'
import { didYouMean } from '@querypool/shared/suggestion'
import type { Charges } from './charge.ts'
import { writeReport } from './write-report.ts'

/**
 * What is done for a run whose database this overseer does not know: it is said in the run's events, and if the run was
 * cancelled before anything of it ran, it is ended.
 */
export async function attendUnknown(charges: Charges, run: string, database: string): Promise<void> {
  const names = charges.all.flatMap((charge) => charge.database?.name ?? [])
  const message = `The configuration has no database ${database}.${didYouMean(database, names)} It has: ${names.join(', ')}.`
  await recordEventOnce(charges.journal, run, 'QP_DATABASE_NOT_CONFIGURED', message)
  await finishRun(charges.journal, run, (ended) => writeReport(charges.journal, charges.store, ended))
}
