import { formatDuration } from '@querypool/shared/duration'
import type { RunView } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'

/** The snapshot that the queries of a run share, for people; none where each has its own. */
export function snapshotLines({ snapshot, state }: Pick<RunView, 'snapshot' | 'state'>, now: Date): string[] {
  if (snapshot === null) return []
  const { takenAt, lsn, holders } = snapshot
  if (takenAt === null) return [`Snapshot  shared, ${isTerminal(state) ? 'never taken' : 'not taken yet'}`]
  const taken = `Snapshot  shared, taken ${new Date(takenAt).toISOString()} at ${lsn}`
  if (isTerminal(state)) return [taken]
  const age = formatDuration(now.getTime() - new Date(takenAt).getTime())
  return [`${taken}, held for ${age} by ${holders} ${holders === 1 ? 'process' : 'processes'}`]
}
