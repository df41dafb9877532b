import { sessionOf } from '@querypool/shared/database'
import { QueryPoolError } from '@querypool/shared/errors'
import { hasOverseer, type RunView, readRun, submitRun } from '@querypool/shared/journal'
import { isTerminal, newRunId } from '@querypool/shared/run'
import type { Services, Settings } from '../environment/index.ts'
import { type Attendant, attendRun, type PrivateOrders } from '../private-run/index.ts'
import type { PrivateMeans, WantedPrivately } from './submission.ts'

/**
 * Starts a private run, or joins the one that has its key: as a watcher, or as its new attendant when it was abandoned.
 * @param onTrouble told why a dead overseer cannot be started again
 * @returns `attendant` null: somebody else looks after it, or it is over
 */
export async function startPrivateRun(
  services: Services,
  settings: Settings,
  wanted: WantedPrivately,
  onTrouble: (message: string) => void,
): Promise<{ run: string; attendant: Attendant | null }> {
  const { journal } = services
  const earlier = wanted.key === null ? null : await findByKey(services, wanted.key)
  if (earlier && (isTerminal(earlier.state) || !earlier.private || (await hasOverseer(journal, earlier.run))))
    return { run: earlier.run, attendant: null }
  const run = earlier?.run ?? newRunId()
  const place = { run, generation: earlier?.generation ?? 1 }
  const attendant = await attendRun(journal, privateOrders(services, settings, place, wanted), onTrouble)
  if (earlier) return { run, attendant }
  const submitted = await submitRun(
    journal,
    {
      run,
      key: wanted.key,
      batch: wanted.batch,
      file: wanted.file,
      database: wanted.databaseName,
      private: true,
      slots: slotsOf(wanted),
      storeId: services.store.id,
      publish: wanted.publish,
      onFailure: wanted.onFailure,
      snapshot: wanted.snapshot,
      identical: wanted.identical,
      maxParallel: wanted.maxParallel,
      takesCached: wanted.takesCached,
      notify: wanted.notify,
      keepMs: wanted.keepMs,
      seenAs: seenAs(wanted),
    },
    wanted.queries,
  ).catch((error: unknown) => {
    attendant.leave()
    throw error
  })
  if (submitted.isNew) return { run, attendant }
  attendant.leave()
  return { run: submitted.run, attendant: null }
}

/** How many queries of a private run may run at once: no more than its database allows. */
export function slotsOf({ workers, database }: PrivateMeans): number {
  return Math.min(workers, database.maxConcurrency ?? workers)
}

/** As whom a database given by its URL is queried, and how: its address does not say that, and others may see other rows. */
function seenAs({ database, databaseName }: WantedPrivately): string | null {
  return database.name === databaseName ? null : sessionOf(database.url)
}

/** What the overseer of a private run's generation is told. */
export function privateOrders(
  services: Services,
  settings: Settings,
  { run, generation }: { readonly run: string; readonly generation: number },
  wanted: PrivateMeans,
): PrivateOrders {
  const isEmbedded = settings.journalUrl === null || settings.redisUrl === null
  return {
    run,
    generation,
    redisUrl: services.redisUrl,
    journalUrl: services.journalUrl,
    database: wanted.database,
    storeLocation: services.store.location,
    embedded: isEmbedded ? { home: settings.home, redisServer: settings.redisServer } : null,
    concurrency: wanted.workers,
    maxResultBytes: wanted.maxResultBytes,
    allowPrivate: [...wanted.allowPrivate],
  }
}

async function findByKey(services: Services, key: string): Promise<RunView | null> {
  return readRun(services.journal, key).then(
    (view) => (view.key === key ? view : null),
    (error: unknown) => {
      if (error instanceof QueryPoolError && error.code === 'QP_RUN_NOT_FOUND') return null
      throw error
    },
  )
}
