import { createHash } from 'node:crypto'
import { QueryPoolError } from '@querypool/shared/errors'
import { type Journal, type ResultRecord, readResultRecords } from '@querypool/shared/journal'
import { parseManifest, type ResultStore } from '@querypool/shared/result'

/** A result whose rows, or the manifest beside them, are not those that the journal vouches for. */
export interface Damage {
  readonly query: string
  /** The file: its path, or its `s3://` URL. */
  readonly file: string
  /** What is wrong with it. */
  readonly why: string
}

/** What was looked at so far; it grows as the results are read. */
export interface Verified {
  results: number
  bytes: number
}

/** A result that succeeded. */
type Kept = ResultRecord & { readonly artifact: string; readonly bytes: number }

/**
 * Reads every byte of the results of a run's generation and compares them with what the journal vouches for, one after the
 * other, in pieces: any number of results of any size.
 *
 * @param query only the result of this one; of all when null
 * @param verified counts what was looked at
 */
export async function* verifyResults(
  journal: Journal,
  store: ResultStore,
  run: { readonly run: string; readonly generation: number },
  query: string | null,
  verified: Verified,
): AsyncGenerator<Damage> {
  for await (const page of readResultRecords(journal, run)) {
    for (const record of page) {
      if (!isKept(record) || (query !== null && record.query !== query)) continue
      verified.results++
      verified.bytes += record.bytes
      yield* verifyRows(store, record)
      yield* verifyManifest(store, record)
    }
  }
}

function isKept(record: ResultRecord): record is Kept {
  return record.state === 'succeeded' && record.artifact !== null && record.bytes !== null
}

async function* verifyRows(store: ResultStore, record: Kept): AsyncGenerator<Damage> {
  const { query, artifact, bytes, sha256 } = record
  const file = store.locate(artifact)
  const found = await readRows(store, record).catch(whyUnreadable)
  if (typeof found === 'string') yield { query, file, why: found }
  else if (found.bytes !== bytes) yield { query, file, why: `has ${found.bytes} of its ${bytes} bytes` }
  else if (found.sha256 !== sha256) yield { query, file, why: 'its bytes are not those that were written' }
}

async function readRows(
  store: ResultStore,
  { artifact, offset, bytes }: Kept,
): Promise<{ bytes: number; sha256: string } | string> {
  if (!(await store.has(artifact))) return 'missing'
  const hash = createHash('sha256')
  let passed = 0
  if (bytes > 0)
    for await (const chunk of store.read(artifact, offset ?? 0, bytes) as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      passed += chunk.length
    }
  return { bytes: passed, sha256: hash.digest('hex') }
}

/** The manifest has the types of the columns, and is what an overseer that settles the attempt once more would go by. */
async function* verifyManifest(store: ResultStore, record: Kept): AsyncGenerator<Damage> {
  const key = record.artifact.replace(/[^/]*$/, 'manifest.json')
  const why = await faultOfManifest(store, key, record).catch(whyUnreadable)
  if (why !== null) yield { query: record.query, file: store.locate(key), why }
}

async function faultOfManifest(store: ResultStore, key: string, record: Kept): Promise<string | null> {
  const text = await store.getText(key)
  if (text === null) return 'missing'
  const executed = record.sharedFrom?.position ?? record.position
  const outcome = outcomesOf(text)?.find(({ position }) => position === executed)
  if (outcome === undefined) return 'is no manifest of the result'
  for (const field of ['offset', 'bytes', 'rows', 'sha256'] as const)
    if (outcome[field] !== record[field]) return `says ${field} ${outcome[field]}, the journal ${record[field]}`
  return null
}

function outcomesOf(text: string): ReturnType<typeof parseManifest>['outcomes'] | null {
  try {
    return parseManifest(text).outcomes
  } catch {
    return null
  }
}

/** @throws what the store says when it cannot be asked, which is no damage */
function whyUnreadable(error: unknown): string {
  if (error instanceof QueryPoolError) throw error
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`
}
