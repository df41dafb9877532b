import { readFile, rename, writeFile } from 'node:fs/promises'
import type { HomeLayout } from './home-layout.ts'
import { isFault } from './is-fault.ts'

/** What `servers.json` says. It may be old: only a keeper that calls the servers ready vouches for it. */
export interface ServerRecord {
  readonly postgresPort: number
  readonly redisPort: number
  readonly postgresUrl: string
  readonly redisUrl: string
}

/** The record of a home's servers, if one was ever written. */
export async function readServerRecord(layout: HomeLayout): Promise<ServerRecord | undefined> {
  try {
    return JSON.parse(await readFile(layout.servers, 'utf8')) as ServerRecord
  } catch (fault) {
    if (isFault(fault, 'ENOENT')) return undefined
    throw fault
  }
}

/** Replaces the record as a whole. Only the keeper that holds its lock may do so. */
export async function writeServerRecord(layout: HomeLayout, record: ServerRecord): Promise<void> {
  const draft = `${layout.servers}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, layout.servers)
}
