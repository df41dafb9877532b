import { type Journal, type RunView, readGenerations, readRun } from '@querypool/shared/journal'
import { paintState } from '../paint-state.ts'
import { renderCounts } from './render-counts.ts'

/** A generation of a run, the latest one too. */
type ShownGeneration = Pick<
  RunView,
  | 'generation'
  | 'state'
  | 'counts'
  | 'snapshot'
  | 'superseded'
  | 'requestedAt'
  | 'requestedBy'
  | 'startedAt'
  | 'finishedAt'
>

/** All generations of a run, the first one first. */
export async function readAllGenerations(journal: Journal, { run }: RunView): Promise<ShownGeneration[]> {
  const latest = await readRun(journal, run)
  const earlier = (await readGenerations(journal, latest)).filter(({ generation }) => generation < latest.generation)
  return [...earlier.map((one) => ({ ...one, counts: { ...one.counts, running: 0, queued: 0 } })), latest]
}

/** The generations of a run as lines, for people; none where there is only one. */
export function generationLines(shown: RunView, all: readonly ShownGeneration[]): string[] {
  if (all.length < 2) return []
  return all.map(({ generation, state, counts, superseded, requestedBy }, index) => {
    const title = index === 0 ? 'Generation' : ''
    const by = requestedBy === null ? '' : `, for ${requestedBy}`
    const mark = generation === shown.generation ? ' (shown here)' : ''
    const fate = superseded ? ', superseded as its snapshot was lost' : ''
    return `${title.padEnd(11)}${generation}: ${paintState(state)}: ${renderCounts({ counts })}${by}${fate}${mark}`
  })
}

/** A generation in the JSON documents of the command line. */
export function generationDocument(one: ShownGeneration): object {
  const { generation, state, counts, snapshot, superseded, requestedAt, requestedBy, startedAt, finishedAt } = one
  return { generation, state, counts, snapshot, superseded, requestedAt, requestedBy, startedAt, finishedAt }
}
