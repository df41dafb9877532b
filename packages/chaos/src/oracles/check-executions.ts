import type { Oracle } from './round-outcome.ts'

/** No query was executed twice at once, and none again after it had succeeded. */
export const checkExecutions: Oracle = async ({ stage, submissions, executions }) => {
  const { rows } = await stage.journal.query<{ query: string; finishedAt: Date; attempts: number }>(
    `SELECT r.key || '/' || q.name AS query, min(x.finished_at) AS "finishedAt", max(x.attempts) AS attempts
     FROM querypool.result x JOIN querypool.run r ON r.id = x.run
     JOIN querypool.query q ON q.run = x.run AND q.position = x.position
     WHERE r.key = ANY ($1) AND x.state = 'succeeded' GROUP BY 1`,
    [submissions.map(({ batch }) => batch.key)],
  )
  const succeededAt = new Map(rows.map(({ query, finishedAt }) => [query, finishedAt]))
  return executions.flatMap(({ query, at, pid, isDoubled }) => {
    const finishedAt = succeededAt.get(query)
    const when = `at ${at.toISOString()} in the server process ${pid}`
    if (isDoubled) return [`${query} was executed while another execution of it was there, ${when}.`]
    if (finishedAt !== undefined && at > finishedAt)
      return [`${query} was executed again ${when}, although it had succeeded at ${finishedAt.toISOString()}.`]
    return []
  })
}
