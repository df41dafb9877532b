import { QueryPoolError } from '@querypool/shared/errors'
import { readInstallationStore, submitRun } from '@querypool/shared/journal'
import { newRunId, slotsWithoutLimit } from '@querypool/shared/run'
import type { Services } from '../environment/index.ts'
import type { Wanted } from './submission.ts'

/**
 * Writes a run to the journal, from where the installation's overseers take it up at once. Needs no Redis.
 *
 * @param maxConcurrency of the database, as configured
 * @returns the run's id: that of an earlier run when its key is the same
 * @throws QP_STORE_MISMATCH when the results could not be read here although they are wanted
 */
export async function submitSharedRun(
  services: Services,
  wanted: Wanted,
  maxConcurrency: number | null,
  wantsResults: boolean,
): Promise<string> {
  const { journal, store } = services
  const storeId = (await readInstallationStore(journal)) ?? store.id
  if (wantsResults && storeId !== store.id)
    throw new QueryPoolError(
      'QP_STORE_MISMATCH',
      `The result store here, ${store.location}, is not the installation's.`,
    )
  const { run } = await submitRun(
    journal,
    {
      run: newRunId(),
      key: wanted.key,
      batch: wanted.batch,
      file: wanted.file,
      database: wanted.databaseName,
      private: false,
      slots: maxConcurrency ?? slotsWithoutLimit,
      storeId,
      publish: wanted.publish,
      onFailure: wanted.onFailure,
      snapshot: wanted.snapshot,
      identical: wanted.identical,
      maxParallel: wanted.maxParallel,
      takesCached: wanted.takesCached,
      notify: wanted.notify,
      keepMs: wanted.keepMs,
    },
    wanted.queries,
  )
  return run
}
