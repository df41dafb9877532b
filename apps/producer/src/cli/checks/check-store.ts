import { statfs } from 'node:fs/promises'
import { checkWritable, isS3Url, openStore, type ResultStore } from '@querypool/shared/result'
import { formatBytes } from '@querypool/shared/size'
import { type Check, fail, failedChecks, ok, warn } from './check.ts'

const littleBytes = 1024 ** 3

/**
 * Checks the result store: that what is put there is durable and can be read, and that it is the one of the installation.
 * @param wantedIds of the store as journal and overseers know it, and who says so
 */
export async function checkStore(location: string, wantedIds: ReadonlyMap<string, string>): Promise<Check[]> {
  const name = 'Result store'
  try {
    const store = await openStore(location)
    await checkWritable(store)
    const judged = judgeId(store, wantedIds)
    if (isS3Url(location)) return [ok(name, `${location}: what is put there once is not replaced`), judged]
    return [ok(name, `${location}: what is put there is synced`), judged, await checkSpace(location)]
  } catch (thrown) {
    return failedChecks(name, thrown)
  }
}

function judgeId(store: ResultStore, wantedIds: ReadonlyMap<string, string>): Check {
  const name = 'Result store id'
  for (const [who, id] of wantedIds) {
    if (id === store.id) continue
    const remedy = 'Name the same store on all machines, in QUERYPOOL_RESULTS or querypool.yaml.'
    return fail(name, `${store.id}, but ${who} has ${id} [QP_STORE_MISMATCH]`, remedy)
  }
  const said = wantedIds.size === 0 ? 'no overseer has used one yet' : `known to ${[...wantedIds.keys()].join(' and ')}`
  return ok(name, `${store.id}, ${said}`)
}

async function checkSpace(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder)
  const message = `${formatBytes(bavail * bsize)} free`
  if (bavail * bsize >= littleBytes) return ok('Result store space', message)
  return warn('Result store space', message, 'Make room: a result that cannot be written fails its query.')
}
