import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { callQuerypool } from '@querypool/demo/call-querypool'
import type { BenchSetting } from './benchmark.ts'
import type { Exported } from './export-by-psql.ts'
import { watchPeakMemory } from './watch-peak-memory.ts'

/** An export by QueryPool. */
export interface ExportedRun extends Exported {
  /** How long the whole run took, in ms. */
  readonly wallMs: number
  /** The most memory that its worker had at any time; null where the system does not tell. */
  readonly peakBytes: number | null
}

interface RunDocument {
  readonly runId: string
  readonly wallMs: number
  readonly queries: readonly { readonly startedAt: string; readonly bytes: number }[]
}

/**
 * Exports the rows of a batch with one query: a run on one worker. What is timed begins when the query does, and ends when its
 * rows are durable and its manifest is published, which is later than what the query itself is said to have taken.
 */
export async function exportByQuerypool(
  file: string,
  { home, databaseUrl, signal }: BenchSetting,
): Promise<ExportedRun> {
  const memory = watchPeakMemory(home)
  try {
    const args = ['run', file, '--database', databaseUrl, '--workers', '1', '--json']
    const { runId, wallMs, queries } = JSON.parse(await callQuerypool(args, { home, signal })) as RunDocument
    const [query] = queries
    if (query === undefined) throw new Error('the run had no query')
    const folder = join(home, 'results', runId)
    const { ctimeMs } = await stat(join(folder, '1', '1', '1', 'manifest.json'))
    await rm(folder, { recursive: true })
    return { tookMs: ctimeMs - Date.parse(query.startedAt), bytes: query.bytes, wallMs, peakBytes: memory.peakBytes() }
  } finally {
    memory.stop()
  }
}
