import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryPool } from '@querypool/client'
import type { BenchSetting } from '../benchmark.ts'
import type { Candidate } from '../candidate.ts'
import type { Undo } from '../undo.ts'
import { type Program, startProgram } from './program.ts'

/** An installation of QueryPool: an overseer and workers, as processes of their own. */
export interface Installation {
  readonly pool: QueryPool
  readonly overseer: Program
  readonly workers: readonly Program[]
  /** The name under which it has the database of the benchmark. */
  readonly database: string
  readonly resultsFolder: string
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
  const overseer = await startProgram([program, 'serve'], env, undo)
  const started: Program[] = []
  for (const [index, atOnce] of workers.entries()) {
    const args = [program, 'worker', '--name', `w${index}`, '--concurrency', String(atOnce)]
    started.push(await startProgram(args, env, undo))
  }
  const pool = new QueryPool({ journalUrl, resultsFolder: results })
  undo.push(() => pool.close())
  return { pool, overseer, workers: started, database, resultsFolder: results, env }
}
