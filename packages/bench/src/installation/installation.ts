import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryPool } from '@querypool/client'
import type { BenchSetting } from '../benchmark.ts'
import type { Candidate } from '../candidate.ts'

/** An installation of QueryPool: an overseer and workers, as processes of their own. */
export interface Installation {
  readonly pool: QueryPool
  /** The name under which it has the database of the benchmark. */
  readonly database: string
  /** Its environment, for commands. */
  readonly env: NodeJS.ProcessEnv
  close(): Promise<void>
}

const database = 'main'

/**
 * Starts an overseer and workers, and waits until they take queries.
 * @param workers how many queries each of them runs at once
 */
export async function openInstallation(
  { home, databaseUrl, journalUrl, redisUrl }: BenchSetting,
  { program }: Candidate,
  workers: readonly number[],
): Promise<Installation> {
  const folder = join(home, 'installation')
  const results = join(folder, 'results')
  await mkdir(results, { recursive: true })
  const config = join(folder, 'querypool.yaml')
  await writeFile(config, `databases:\n  ${database}:\n    url: env:MAIN_URL\n`)
  const env = {
    ...process.env,
    QUERYPOOL_CONFIG: config,
    QUERYPOOL_RESULTS: results,
    QUERYPOOL_HOME: home,
    QUERYPOOL_LOG_FORMAT: 'json',
    QUERYPOOL_HEALTH_PORT: '0',
    QUERYPOOL_JOURNAL_URL: journalUrl,
    REDIS_URL: redisUrl,
    MAIN_URL: databaseUrl,
  }
  const stops: (() => Promise<void>)[] = []
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop()
  }
  try {
    stops.push(await startProgram([program, 'serve'], env))
    for (const [index, atOnce] of workers.entries())
      stops.push(await startProgram([program, 'worker', '--name', `w${index}`, '--concurrency', String(atOnce)], env))
  } catch (error) {
    await stopAll()
    throw error
  }
  const pool = new QueryPool({ journalUrl, resultsFolder: results })
  return {
    pool,
    database,
    env,
    close: async () => {
      await pool.close()
      await stopAll()
    },
  }
}

/** Starts a long-running program, waits until it says where its health is, and returns what stops it. */
async function startProgram(args: readonly string[], env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  // A process group of its own: Ctrl-C at our terminal is not for it.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env })
  const ended = once(child, 'exit')
  let said = ''
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.includes('"health":')) return
      said += text
      if (said.includes('"health":')) resolve()
    })
  })
  const failed = ended.then(([status]) => {
    throw new Error(`querypool ${args[1]} ended with ${status} at its start:\n${said}`)
  })
  await Promise.race([ready, failed])
  return async () => {
    child.kill('SIGTERM')
    await ended
  }
}
