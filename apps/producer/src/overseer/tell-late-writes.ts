import { readWritesLeft, recordEventSeldom } from '@querypool/shared/journal'
import { readWrites } from '@querypool/shared/ledger'
import type { AttemptId } from '@querypool/shared/result'
import { askTarget } from './ask-target.ts'
import type { Charge } from './charge.ts'

/**
 * Tells which writes were committed of a run that had been ended as cancelled with --force, which did not wait for them. To be
 * called when nothing of it is left in its database. The state of the run stays as it was told.
 */
export async function tellLateWrites(charge: Charge, id: Pick<AttemptId, 'run' | 'generation'>): Promise<void> {
  const { journal, queue } = charge
  const { run } = id
  const cancelled = await readWritesLeft(journal, id, 'cancelled')
  if (cancelled.length === 0) return
  const positions = cancelled.map(({ position }) => position)
  const committed = await askTarget(charge, run, (target) =>
    readWrites(target, { installation: queue.installation, run }, positions),
  )
  const names = cancelled.flatMap(({ position, name }) => (committed.has(position) ? [name] : []))
  if (names.length === 0) return
  const message = `Committed although the run had been ended: ${names.join(', ')}.`
  await recordEventSeldom(journal, run, 'QP_WRITE_COMMITTED_LATE', message)
}
