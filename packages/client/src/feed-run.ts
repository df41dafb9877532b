import { defineQueries, type QueryDefinition, type SnapshotMode } from '@querypool/shared/batch'
import { InvalidDefinition } from '@querypool/shared/errors'
import { type Journal, loseInput, type RunInput } from '@querypool/shared/journal'
import type { Chunk } from './in-chunks.ts'
import { whoWeAre } from './who-we-are.ts'

/** Queries that are being added to a run. */
export interface Feeding {
  /** Resolves with how many queries the run has at the end. */
  readonly ended: Promise<number>
  /** Takes no more, since the run is over or will be. */
  stop(): void
}

/**
 * Adds chunk after chunk to a run, and closes its input. When something fails the run is cancelled, since it would not be
 * what was wanted.
 * @param count how many queries it has already
 * @param modes those of the run
 * @param signal aborted when nothing more is to be added, since the run is over or will be
 * @returns how many it has at the end
 * @throws what the chunks throw, InvalidDefinition, QP_JOURNAL_UNREACHABLE
 */
export async function feedRun(
  journal: Journal,
  input: RunInput,
  chunks: AsyncIterable<Chunk<string | QueryDefinition>>,
  count: number,
  { snapshot, cacheMs }: { readonly snapshot: SnapshotMode; readonly cacheMs: number | null },
  signal: AbortSignal,
): Promise<number> {
  let position = count
  try {
    for await (const { items } of chunks) {
      const queries = await defineQueries(items, position, snapshot, cacheMs, 'some')
      // False: it was cancelled, and takes no more.
      if (!(await input.append(queries))) return position
      position += queries.length
    }
    if (!signal.aborted) await input.close()
    return position
  } catch (error) {
    const why = `Submitting ended with an error after ${position} queries.`
    // When not even that can be written, an overseer does it.
    await loseInput(journal, input.run, whoWeAre(), why).catch(() => {})
    throw isNameTwice(error) ? nameTwice(error) : error
  } finally {
    await input.release()
  }
}

/** Whether the journal has refused a query, because its run has one of that name. */
export function isNameTwice(error: unknown): error is Error & { detail?: string } {
  return error instanceof Error && 'code' in error && error.code === '23505'
}

/** That in our words; the names of one chunk were compared before. */
export function nameTwice(error: Error & { detail?: string }): InvalidDefinition {
  const [, name = '?'] = /\)=\([^,]*, (.*)\)/.exec(error.detail ?? '') ?? []
  const message = `Two queries of the run are called \`${name}\`.`
  return new InvalidDefinition([{ code: 'QP_NAME_TWICE', message, remedy: 'Give each query a name of its own.' }])
}
