import { readBackfill } from '@querypool/shared/journal'
import { printJson } from '../print-json.ts'
import { describeProgress, endOfBackfill, watchBackfill } from '../views/watch-backfill.ts'
import { withServices } from '../with-services.ts'

/**
 * Prints a backfill.
 * @throws QP_BACKFILL_UNKNOWN
 */
export async function showBackfill(id: string, { watch, json }: { watch?: true; json?: true }): Promise<void> {
  await withServices(async ({ journal }) => {
    const backfill = watch ? await watchBackfill(journal, id) : await readBackfill(journal, id)
    const { state, exitStatus } = endOfBackfill(backfill)
    if (watch) process.exitCode = exitStatus
    if (json) printJson({ ...backfill, state })
    else console.log(describeProgress(backfill))
  })
}
