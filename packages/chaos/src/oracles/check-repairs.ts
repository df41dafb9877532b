import { isQuiet } from './is-quiet.ts'
import { readOverseerLogs } from './read-overseer-logs.ts'
import type { Oracle } from './round-outcome.ts'

/**
 * Where Redis has lost nothing and no overseer was disturbed, jobs that are made again are those that could not be added
 * before, and then an overseer has said so. Without that, whoever adds jobs does not notice when Redis refuses them. Runs
 * would still come to their end, by these repairs.
 */
export const checkRepairs: Oracle = async (outcome) => {
  if (!isQuiet(outcome)) return []
  const { stage, submissions } = outcome
  const logged = await readOverseerLogs(outcome)
  const { rows } = await stage.journal.query<{ run: string; key: string; message: string }>(
    `SELECT e.run, r.key, e.message FROM querypool.event e JOIN querypool.run r ON r.id = e.run
     WHERE e.code = 'QP_RUN_DISPATCHED_AGAIN' AND e.message LIKE '% jobs % made again.' AND r.key = ANY ($1)`,
    [submissions.map(({ batch }) => batch.key)],
  )
  return rows
    .filter(({ run }) => !logged.some((line) => line.includes(`not all jobs of the run ${run} could be added`)))
    .map(({ run, key, message }) => `${key} (${run}): ${message} Nobody had noticed that they could not be added.`)
}
