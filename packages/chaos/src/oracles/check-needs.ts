import { readContent, readStoredResults } from '../stage/stored-results.ts'
import type { Oracle } from './round-outcome.ts'

/**
 * No query began, in any attempt, before all that it needs had ended, by the clock of the target's server: what the queries
 * returned says when they ended, the server's log when each attempt began.
 */
export const checkNeeds: Oracle = async ({ stage, submissions, executions }) => {
  const needing = submissions.filter(({ batch }) => batch.queries.some(({ needs = [] }) => needs.length > 0))
  const keys = needing.map(({ batch }) => batch.key)
  const endedAt = new Map<string, number>()
  const wrong: string[] = []
  for (const result of await readStoredResults(stage, keys)) {
    const name = `${result.key}/${result.name}`
    const [, row = ''] = (await readContent(stage, result)).toString().split('\n')
    const [, ended, isAlone] = row.split(',')
    endedAt.set(name, Number(ended))
    if (isAlone !== 't') wrong.push(`${name} was executed beside another execution of it.`)
  }
  const needsOf = new Map(
    needing.flatMap(({ batch }) =>
      batch.queries.map(({ name, needs = [] }) => [
        `${batch.key}/${name}`,
        needs.map((need) => `${batch.key}/${need}`),
      ]),
    ),
  )
  for (const { query, at, pid } of executions)
    for (const need of needsOf.get(query) ?? []) {
      // The log has whole milliseconds.
      const ended = Math.floor(endedAt.get(need) ?? Number.POSITIVE_INFINITY)
      if (at.getTime() < ended)
        wrong.push(
          `${query} began at ${at.toISOString()} in the server process ${pid}, before ${need}, which it needs, had ended.`,
        )
    }
  return wrong
}
