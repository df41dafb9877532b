import { spawn } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchSetting } from './benchmark.ts'

/** How long an export took, and how much it was. */
export interface Exported {
  readonly tookMs: number
  readonly bytes: number
}

/** Exports the rows of a statement with psql's \copy to a file that is synced at the end; that is timed, too. */
export async function exportByPsql(psql: string, statement: string, setting: BenchSetting): Promise<Exported> {
  const { home, databaseUrl, signal } = setting
  signal.throwIfAborted()
  const path = join(home, 'psql.csv')
  const beganMs = performance.now()
  const command = `\\copy (${statement}) TO '${path}' CSV HEADER`
  const child = spawn(psql, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
    env: { ...process.env, ...connectionVariables(databaseUrl) },
  })
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (status !== 0) throw new Error(`psql ended with status ${status}`)
  const file = await open(path, 'r+')
  try {
    await file.sync()
    const tookMs = performance.now() - beganMs
    return { tookMs, bytes: (await file.stat()).size }
  } finally {
    await file.close()
    await rm(path)
  }
}

// What a value looks like is the same as with QueryPool. https://www.postgresql.org/docs/current/libpq-envars.html
function connectionVariables(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
    PGCLIENTENCODING: 'UTF8',
    PGTZ: 'UTC',
    PGDATESTYLE: 'ISO, MDY',
  }
}
