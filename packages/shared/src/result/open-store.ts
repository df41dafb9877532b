import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { QueryPoolError } from '../errors/index.ts'
import { openFolderStore } from './folder-store.ts'
import { type ResultStore, storeIdKey } from './result-store.ts'
import { isS3Url } from './s3-url.ts'

/** Where a store is, in full, as QUERYPOOL_RESULTS names it: an `s3://` URL as it is, a folder by its absolute path. */
export function storeLocation(named: string): string {
  return isS3Url(named) ? named : resolve(named)
}

/**
 * Opens the result store at a location; what identifies it is made there when it is missing.
 * @throws QP_STORE_UNUSABLE; of one in S3 also QP_STORE_URL, QP_STORE_UNREACHABLE, QP_STORE_DENIED, QP_STORE_NO_BUCKET
 */
export async function openStore(location: string): Promise<ResultStore> {
  if (!isS3Url(location)) return openFolderStore(location)
  const { openS3Store } = await import('./s3-store.ts')
  return openS3Store(location, 'made')
}

/**
 * The same for readers, who make no store: where there is none is the wrong place.
 * @throws what openStore throws
 */
export async function openExistingStore(location: string): Promise<ResultStore> {
  if (isS3Url(location)) {
    const { openS3Store } = await import('./s3-store.ts')
    return openS3Store(location, 'expected')
  }
  await access(join(location, storeIdKey)).catch((cause: unknown) => {
    throw new QueryPoolError('QP_STORE_UNUSABLE', `There is no result store in ${location}.`, { cause })
  })
  return openFolderStore(location)
}
