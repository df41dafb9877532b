import { setTimeout as wait } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import {
  hasOverseer,
  type Journal,
  openGeneration,
  type RunView,
  readInstallationStore,
  readRun,
} from '@querypool/shared/journal'
import type { Services, Settings } from '../environment/index.ts'
import { type Attendant, attendRun } from '../private-run/index.ts'
import { privateOrders, slotsOf } from './start-private-run.ts'
import type { PrivateMeans } from './submission.ts'

const lookMs = 100

/**
 * Has what did not succeed of a shared run run again, by the installation's overseers and workers.
 * @param over the run as it ended
 * @param by who asks, for the record
 * @throws QP_STORE_MISMATCH, what openGeneration throws
 */
export async function retrySharedRun({ journal, store }: Services, over: RunView, by: string): Promise<void> {
  refuseOtherStore(over, (await readInstallationStore(journal)) ?? store.id)
  await openGeneration(journal, { run: over.run, after: over.generation, by, slots: null })
}

/**
 * Has what did not succeed of a private run run again, by an overseer and workers of its own. They are ready before the
 * generation is opened, so that whatever they lack leaves the run as it was.
 *
 * @param over the run as it ended
 * @param by who asks, for the record
 * @param onTrouble told why a dead overseer cannot be started again
 * @throws QP_STORE_MISMATCH, QP_OVERSEER_START, what openGeneration throws
 */
export async function retryPrivateRun(
  services: Services,
  settings: Settings,
  over: RunView,
  means: PrivateMeans,
  by: string,
  onTrouble: (message: string) => void,
): Promise<Attendant> {
  const { journal } = services
  refuseOtherStore(over, services.store.id)
  await untilLeft(journal, over)
  const place = { run: over.run, generation: over.generation + 1 }
  const attendant = await attendRun(journal, privateOrders(services, settings, place, means), onTrouble)
  try {
    await openGeneration(journal, { run: over.run, after: over.generation, by, slots: slotsOf(means) })
    return attendant
  } catch (error) {
    attendant.leave()
    throw error
  }
}

/** Waits until the overseer of the generation that is over has ended: it may still publish, and tidy up in Redis. */
async function untilLeft(journal: Journal, over: RunView): Promise<void> {
  while (await hasOverseer(journal, over.run)) {
    if ((await readRun(journal, over.run)).generation !== over.generation)
      throw new QueryPoolError('QP_RUN_NOT_OVER', `Somebody else has had the run ${over.run} retried meanwhile.`)
    await wait(lookMs)
  }
}

/** What was carried over lies in the store of the generation before. */
function refuseOtherStore({ run, storeId }: RunView, store: string): void {
  if (storeId === store) return
  throw new QueryPoolError('QP_STORE_MISMATCH', `The results of the run ${run} are in another result store.`)
}
