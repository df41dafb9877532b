import { catalogue } from '@querypool/shared/errors'
import { countOverseers, type Journal } from '@querypool/shared/journal'

/** Tells on standard error that schedules and backfills wait because no overseer runs. */
export async function tellIfUnattended(journal: Journal): Promise<void> {
  if ((await countOverseers(journal)) > 0) return
  const { means, remedy } = catalogue.QP_WAITS_FOR_OVERSEER
  console.error(`${means} [QP_WAITS_FOR_OVERSEER]\n  → ${remedy}`)
}
