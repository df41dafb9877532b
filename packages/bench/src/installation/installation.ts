import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryPool } from '@querypool/client'
import type { BenchSetting } from '../benchmark.ts'
import type { Candidate } from '../candidate.ts'
import type { Undo } from '../undo.ts'

/** An installation of QueryPool: an overseer and workers, as processes of their own. */
export interface Installation {
  readonly pool: QueryPool
  /** The name under which it has the database of the benchmark. */
  readonly database: string
  /** Its environment, for commands. */
  readonly env: NodeJS.ProcessEnv
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
  undo: Undo,
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
  await startProgram([program, 'serve'], env, undo)
  for (const [index, atOnce] of workers.entries())
    await startProgram([program, 'worker', '--name', `w${index}`, '--concurrency', String(atOnce)], env, undo)
  const pool = new QueryPool({ journalUrl, resultsFolder: results })
  undo.push(() => pool.close())
  return { pool, database, env }
}

/** Starts a long-running program, and waits until it says where its health is. */
async function startProgram(args: readonly string[], env: NodeJS.ProcessEnv, undo: Undo): Promise<void> {
  // A process group of its own: Ctrl-C at our terminal is not for it.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env })
  const ended = once(child, 'exit')
  undo.push(() => {
    child.kill('SIGTERM')
    return ended
  })
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
  // It also ends when it is told to, and then nobody waits for it.
  failed.catch(() => {})
  await Promise.race([ready, failed])
}
