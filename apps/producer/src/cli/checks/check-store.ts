import { randomUUID } from 'node:crypto'
import { rm, statfs } from 'node:fs/promises'
import { openFolderStore, type ResultStore } from '@querypool/shared/result'
import { formatBytes } from '@querypool/shared/size'
import { type Check, fail, failedChecks, ok, warn } from './check.ts'

const littleBytes = 1024 ** 3

/**
 * Checks the result store: that what is put there is durable and can be read, and that it is the one of the installation.
 * @param wantedIds of the store as journal and overseers know it, and who says so
 */
export async function checkStore(folder: string, wantedIds: ReadonlyMap<string, string>): Promise<Check[]> {
  const name = 'Result store'
  try {
    const store = await openFolderStore(folder)
    await tryStore(store)
    return [ok(name, `${folder}: what is put there is synced`), judgeId(store, wantedIds), await checkSpace(folder)]
  } catch (thrown) {
    return failedChecks(name, thrown)
  }
}

async function tryStore(store: ResultStore): Promise<void> {
  const key = `doctor-${randomUUID()}`
  try {
    await store.putText(key, key)
    if ((await store.getText(key)) !== key) throw new Error(`${store.folder} does not give back what is put there`)
  } finally {
    await rm(store.pathOf(key), { force: true })
  }
}

function judgeId(store: ResultStore, wantedIds: ReadonlyMap<string, string>): Check {
  const name = 'Result store id'
  for (const [who, id] of wantedIds) {
    if (id === store.id) continue
    const remedy = 'Mount the same folder on all machines, and name it in QUERYPOOL_RESULTS or querypool.yaml.'
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
