import { readDatabaseSettings } from '@querypool/shared/journal'
import { applyLimit } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'

/**
 * Carries what holds for each database, from the journal or else the configuration, to where workers read it. What is
 * there already is left alone. To be done before jobs are added: a worker that finds nothing goes by its configuration.
 */
export async function carryLimits(charges: Charges): Promise<void> {
  const settings = await readDatabaseSettings(charges.journal)
  for (const { database, queue } of charges.all) {
    if (database === null) continue
    const set = settings.get(database.name)
    const maxConcurrency = set?.maxConcurrency ?? database.maxConcurrency
    await applyLimit(queue, database.name, { maxConcurrency, paused: set?.paused ?? false })
  }
}
