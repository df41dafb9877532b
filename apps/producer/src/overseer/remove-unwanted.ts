import { readWanted, recordEvent, type WantedOfRun } from '@querypool/shared/journal'
import { type JobOrigin, originOfJob } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'
import type { JobsInRedis } from './jobs-in-redis.ts'
import type { Suspects } from './suspects.ts'

/**
 * Removes jobs from Redis that should not be there, as after the restore of an old state of it: of runs that are over or
 * that the journal does not know, of earlier generations, and of attempts that are settled. What a worker has taken is left
 * alone: it finds out by itself that the attempt is done or closed. What ends of itself meanwhile is not looked at.
 *
 * @param suspects remembers what was unwanted before: what has just been settled is about to go
 */
export async function removeUnwanted(
  charges: Charges,
  inRedis: JobsInRedis,
  suspects: Suspects,
  onTrouble: (error: Error) => void,
): Promise<void> {
  const found = [...inRedis].flatMap(([queue, jobs]) =>
    [...jobs.keys()].flatMap((id) => {
      const origin = originOfJob(id)
      return origin === null ? [] : [{ queue, id, origin }]
    }),
  )
  const wanted = await readWanted(charges.journal, [...new Set(found.map(({ origin }) => origin.run))])
  const unwanted = found.filter(({ origin }) => !isWanted(origin, wanted.get(origin.run)))
  const lasting = suspects.look(unwanted.map(({ queue, id }) => `${queue}/${id}`))
  const removed = new Map<string, number>()
  for (const { queue, id, origin } of unwanted) {
    if (!lasting.has(`${queue}/${id}`)) continue
    const count = await charges.connection.queue(queue).remove(id, { removeChildren: false })
    if (count > 0) removed.set(origin.run, (removed.get(origin.run) ?? 0) + count)
  }
  for (const [run, count] of removed) {
    const message = `${count} jobs in Redis that were none of what is left to do were removed.`
    if (wanted.has(run)) await recordEvent(charges.journal, run, 'QP_JOBS_REMOVED', message)
    else onTrouble(new Error(`Run ${run}, which the journal does not know: ${message}`))
  }
}

/** Whether the journal wants a job in Redis. */
export function isWanted({ generation, attempt }: JobOrigin, run: WantedOfRun | undefined): boolean {
  if (run === undefined || run.state === 'over') return false
  if (run.state === 'ending') return true
  if (generation !== null && generation !== run.generation) return false
  return attempt === null || run.attempts.get(attempt.job) === attempt.attempt
}
