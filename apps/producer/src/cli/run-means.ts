import type { Config } from '@querypool/shared/config'
import { type RunMeans, readInstallationStore } from '@querypool/shared/journal'
import { slotsWithoutLimit } from '@querypool/shared/run'
import type { Services } from '../environment/index.ts'

/** What the runs of slots are given when this command writes them. */
export async function runMeans({ journal, store }: Services, config: Config): Promise<RunMeans> {
  const storeId = (await readInstallationStore(journal)) ?? store.id
  return {
    storeId,
    slotsOf: (database) => config.databases.get(database)?.maxConcurrency ?? slotsWithoutLimit,
  }
}
