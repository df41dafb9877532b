import { cancelBackfill } from '@querypool/shared/journal'
import { requester } from '../requester.ts'
import { withServices } from '../with-services.ts'

/**
 * Cancels a backfill.
 * @throws QP_BACKFILL_UNKNOWN
 */
export async function cancel(id: string): Promise<void> {
  await withServices(async ({ journal }) => {
    const runs = await cancelBackfill(journal, id, requester())
    const ending = runs.length === 0 ? 'Nothing of it runs.' : `These runs end: ${runs.join(', ')}.`
    console.log(`Backfill ${id} is cancelled. ${ending}`)
  })
}
