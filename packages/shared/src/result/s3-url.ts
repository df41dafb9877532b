import { QueryPoolError } from '../errors/index.ts'

/** A place in S3: keys of a store begin with the prefix, which is empty or ends with `/`. */
export interface S3Place {
  readonly bucket: string
  readonly prefix: string
}

/** Whether a location means a place in S3 and no folder. */
export function isS3Url(location: string): boolean {
  return /^s3:/i.test(location)
}

/**
 * Takes `s3://bucket/prefix` apart; the prefix may be missing.
 * @throws QP_STORE_URL
 */
export function parseS3Url(url: string): S3Place {
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url)
  const prefix = (found?.[2] ?? '').replace(/\/$/, '')
  const isClean = prefix === '' || prefix.split('/').every((part) => /^[\w!.*'()-]+$/.test(part) && !/^\.+$/.test(part))
  if (found?.[1] === undefined || !isClean)
    throw new QueryPoolError('QP_STORE_URL', `${url} is no place for a result store.`)
  return { bucket: found[1], prefix: prefix === '' ? '' : `${prefix}/` }
}
